"""Ledgers of boundary changes, from their makers' forms to one.

The own form is a CSV file, in UTF-8 or GB18030, or a workbook, with the columns of ``model.LEDGER``; headings
and kinds may be in Chinese. ``event_id``, ``date``, ``kind``, ``from_unit`` and ``to_unit`` are needed, the
rest may be left out. A county that is divided between two cities, and a township that moves with 12,000
people (made up):

.. code-block:: text

    event_id,date,kind,from_unit,from_name,to_unit,to_name,share,people,evidence,confidence
    1,2011-08-22,split,999001,Old County,999101,East City,0.6,,gazette 12/2011,certain
    1,2011-08-22,split,999001,Old County,999102,West City,0.4,,gazette 12/2011,certain
    2,2015,transfer,999101,East City,999102,West City,0.05,12000,township census,likely

The same headings in Chinese: 事件编号, 生效日期, 类型, 原代码, 原名称, 现代码, 现名称, 比例, 比例依据, 人数,
依据, 可信程度; the kinds: 更名, 改设, 合并 (or 并入), 分设, 划转, 撤销 and 新设. Dates are written
2015, 2015-08, 2015-08-22, 2015/8/22, 20150822 or 2015年8月22日; shares as 0.6 or 60%.
"""

from cityebb.read.ledgers.china import read_code_list
from cityebb.read.ledgers.reading import ReadLedger, form_of, read_ledger

__all__ = ["ReadLedger", "form_of", "read_code_list", "read_ledger"]
