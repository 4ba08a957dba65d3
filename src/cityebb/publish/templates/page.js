(function () {
  "use strict";
  document.querySelectorAll("button.copy").forEach(function (button) {
    if (!navigator.clipboard) { return; }
    button.hidden = false;
    var words = button.textContent;
    button.addEventListener("click", function () {
      var text = document.getElementById(button.dataset.copies).textContent.trim();
      navigator.clipboard.writeText(text).then(function () {
        button.textContent = button.dataset.done;
        setTimeout(function () { button.textContent = words; }, 1600);
      });
    });
  });
  function key(cell) {
    var text = (cell.dataset.sort || cell.textContent).trim();
    var number = parseFloat(text.replace(/,/g, "").replace("\u2212", "-").replace("\u003c", ""));
    return isNaN(number) ? text : number;
  }
  document.querySelectorAll("table.sortable").forEach(function (table) {
    table.querySelectorAll("thead th").forEach(function (head, place) {
      var up = false;
      head.classList.add("sorts");
      head.addEventListener("click", function () {
        up = !up;
        var body = table.tBodies[0];
        var rows = Array.prototype.slice.call(body.rows);
        rows.sort(function (a, b) {
          var x = key(a.cells[place]), y = key(b.cells[place]);
          var order = typeof x === "number" ? (typeof y === "number" ? x - y : -1)
            : (typeof y === "number" ? 1 : x.localeCompare(y));
          return up ? order : -order;
        });
        rows.forEach(function (row) { body.appendChild(row); });
      });
    });
  });
}());
