#!/usr/bin/env python3
"""Writes the lists of this folder with several programs; tests compare what is read of each. All content is invented.

Needs openpyxl, xlwt, iconv, and LibreOffice (soffice). Run: python3 samples/programs/make.py
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile
from datetime import date

import openpyxl
import xlwt

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import make as lists  # noqa: E402  (codes, names and column orders of the other samples)

PERSON = "11010519491231002X"  # the example printed in GB 11643
AUTHORITY = "南通市示例市场监督管理局"
CODES_B = ("CF_XDR_MC CF_XDR_SHXYM CF_XDR_GSZC CF_XDR_ZZJG CF_XDR_SWDJ CF_XDR_SYDW CF_XDR_SHZZ CF_FRDB CF_FR_SFZH CF_WSH CF_WFXW CF_SY"
           " CF_YJ CF_CFLB CF_NR CF_NR_FK CF_NR_WFFF CF_NR_ZKDX CF_JDRQ CF_YXQ CF_GSJZQ CF_CFJG CF_CFJGDM CF_SJLY CF_SJLYDM BZ").split()
LABEL_B = dict(zip(CODES_B, lists.HEADERS_B))
CODES_B_PERSON = ["CF_XDR_MC", "CF_XDR_ZJLX", "CF_XDR_ZJHM"] + CODES_B[9:]
CODES_C = (CODES_B[:1] + ["CF_XDR_LB"] + CODES_B[1:8] + ["CF_FR_ZJLX", "CF_FR_ZJHM", "CF_XDR_ZJLX", "CF_XDR_ZJHM"] + CODES_B[9:])
LABEL_C = dict(zip(CODES_C, lists.HEADERS_C))
LABEL_B["CF_XDR_ZJLX"], LABEL_B["CF_XDR_ZJHM"] = "证件类型", "证件号码"


def values(number, person):
    """What one decision says, by the standard's field codes of all generations."""
    all_of = {
        "CF_XDR_MC": "示例某（虚构）" if person else "示例甲零零一科技（虚构）有限公司",
        "CF_XDR_LB": "自然人" if person else "法人及非法人组织",
        "CF_WSH": number, "CF_CFMC": "示例处罚案", "CF_CFLB1": "罚款", "CF_CFLB2": "没收违法所得", "CF_CFLB": "罚款；没收违法所得",
        "CF_WFXW": "示例违法类型", "CF_SY": "示例事实", "CF_YJ": "《示例条例》第十条",
        "CF_NR": "罚款人民币2000元", "CF_JG": "罚款人民币2000元", "CF_NR_FK": 0.2, "CF_NR_WFFF": 0.35, "CF_NR_ZKDX": "示例许可证0012号",
        "CF_JDRQ": date(2022, 1, 5), "CF_YXQ": date(2099, 12, 31), "CF_GSJZQ": date(2023, 1, 5),
        "CF_CFJG": AUTHORITY, "CF_XZJG": AUTHORITY, "CF_CFJGDM": lists.authority_code(1), "CF_SJLY": "示例信息中心", "CF_SJLYDM": lists.authority_code(2),
        "CF_ZT": "0", "DFBM": "320600", "SJC": date(2022, 1, 10), "BZ": "示例备注",
    }
    if person:
        all_of |= {"CF_XDR_ZJLX": "身份证", "CF_XDR_ZJHM": PERSON, "CF_XDR_SFZ": PERSON}
    else:
        all_of |= {
            "CF_XDR_SHXYM": lists.code(1, "320613"), "CF_XDR_GSZC": "003206000001234", "CF_XDR_GSDJ": "003206000001234",
            "CF_FRDB": "示例乙（虚构）", "CF_FR": "示例乙（虚构）", "CF_FR_SFZH": PERSON, "CF_FR_ZJLX": "身份证", "CF_FR_ZJHM": PERSON,
        }
    return all_of


def table(codes, labels, person):
    rows = [[labels[code] for code in codes]]
    for number in ("示罚〔2022〕001号", "示罚〔2022〕002号"):
        says = values(number, person)
        rows.append([says.get(code) for code in codes])
    return rows


def with_openpyxl(path, rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for row in book.active.iter_rows():
        for cell in row:
            cell.number_format = "yyyy/m/d" if isinstance(cell.value, date) else "@" if isinstance(cell.value, str) else "General"
    book.save(path)


def with_xlwt(path, rows, sheet="名单"):
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet(sheet)
    day = xlwt.easyxf(num_format_str="yyyy/m/d")
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            if value is not None:
                page.write(y, x, value, *([day] if isinstance(value, date) else []))
    book.save(str(path))


def with_office(source, target, options=""):
    """LibreOffice reads the one and writes the other."""
    with tempfile.TemporaryDirectory() as folder:
        kind = target.suffix[1:] + options
        subprocess.run(["soffice", "--headless", "--convert-to", kind, "--outdir", folder, str(source)], check=True, capture_output=True)
        shutil.copy(pathlib.Path(folder) / (source.stem + target.suffix), target)


def generations(folder):
    labels_a = dict(zip(lists.CODES_A, lists.LABELS_A))
    for name, codes, labels, person in [
        ("generation-a-legal.xls", lists.CODES_A, labels_a, False),
        ("generation-a-natural.csv", lists.CODES_A, labels_a, True),
        ("generation-b-legal.xlsx", CODES_B, LABEL_B, False),
        ("generation-b-natural.ods", CODES_B_PERSON, LABEL_B, True),
        ("generation-c-legal.ods", CODES_C, LABEL_C, False),
        ("generation-c-natural.xls", CODES_C, LABEL_C, True),
    ]:
        rows, target = table(codes, labels, person), HERE / name
        if name == "generation-a-legal.xls":
            with_xlwt(target, rows)
            continue
        source = folder / "in" / f"{target.stem}.xlsx"
        source.parent.mkdir(exist_ok=True)
        with_openpyxl(source, rows)
        with_office(source, target, ":Text - txt - csv (StarCalc):44,34,76,1" if target.suffix == ".csv" else "")


def encodings(folder):
    source = folder / "text.xlsx"
    with_openpyxl(source, [
        ["企业名称", "统一社会信用代码", "处罚文号", "处罚决定日期", "处罚机关", "工商注册号", "处罚内容"],
        ["示例甲零零一科技（虚构）有限公司", lists.code(1, "320613"), "示罚〔2022〕001号", date(2022, 1, 5), AUTHORITY, "003206000001234", "责令改正\n罚款2000元"],
        ["示例乙𠮷记商行（虚构）", lists.code(2, "320612", "92"), "00123", date(2022, 1, 5), AUTHORITY, "", "警告，“限期”整改"],
    ])
    csv = ":Text - txt - csv (StarCalc):"
    for name, options in [("text-utf8.csv", "44,34,76,1"), ("text-gb18030.csv", "44,34,85,1"), ("text-utf16.tsv", "9,34,65535,1")]:
        target = HERE / name
        made = folder / f"{target.stem}.csv"
        with_office(source, made, csv + options)
        shutil.copy(made, target)
    plain = (HERE / "text-utf8.csv").read_bytes()
    (HERE / "text-utf8-bom.csv").write_bytes(b"\xef\xbb\xbf" + plain)
    for name, order, mark in [("text-utf16-le.csv", "UTF-16LE", b"\xff\xfe"), ("text-utf16-be.csv", "UTF-16BE", b"\xfe\xff")]:
        text = subprocess.run(["iconv", "-f", "UTF-8", "-t", order], input=plain, check=True, capture_output=True).stdout
        (HERE / name).write_bytes(mark + text)
        (HERE / name.replace(".csv", "-unmarked.csv")).write_bytes(text)


HEADERS = ["企业名称", "统一社会信用代码", "行政处罚决定书文号", "处罚决定日期", "处罚机关", "工商注册号", "罚款金额（元）", "处罚内容"]


def shaped(path, mac):
    book = openpyxl.Workbook()
    if mac:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    sheet = book.active
    sheet.title = "名单"
    for number, title in enumerate(["2022年名单（虚构样例）", "填报单位：示例单位", "单位：元"], 1):
        sheet.cell(number, 1, title)
        sheet.merge_cells(start_row=number, start_column=1, end_row=number, end_column=len(HEADERS))
    serial = 44566 - (1462 if mac else 0)  # 2022-01-05 as a bare number

    def row(number, serial_of, day, **other):
        cells = [lists.name(serial_of), lists.code(serial_of, "320613"), f"示罚〔2022〕{serial_of:03d}号", day, AUTHORITY, None, None, "警告"]
        for header, value in other.items():
            cells[HEADERS.index(header)] = value
        for column, value in enumerate(cells, 1):
            if value is None:
                continue
            cell = sheet.cell(number, column, value)
            if isinstance(value, date):
                cell.number_format = "yyyy-mm-dd"
            elif isinstance(value, str) and not value.startswith("="):
                cell.number_format = "@"

    def header(page, number):
        for column, text in enumerate(HEADERS, 1):
            page.cell(number, column, text)

    header(sheet, 4)
    row(5, 801, date(2022, 1, 5), 行政处罚决定书文号="00123", 工商注册号="003206000001234")
    row(6, 802, serial, 处罚内容="责令停产\n停业，并处罚款")
    row(7, 803, date(2022, 1, 5), 企业名称='="示例"&"丙（虚构）厂"', 处罚决定日期="=D5+0", 行政处罚决定书文号='="示罚〔2022〕"&TEXT(3,"000")&"号"')
    sheet.cell(7, 4).number_format = "yyyy-mm-dd"
    header(sheet, 8)
    row(9, 804, date(2022, 1, 5), 统一社会信用代码=9.132e17)
    row(10, 805, date(2022, 1, 5), **{"罚款金额（元）": 1999.5})
    sheet.cell(11, 3, "示罚〔2022〕806号").number_format = "@"
    sheet.cell(11, 4, date(2022, 1, 5)).number_format = "yyyy-mm-dd"
    sheet.cell(11, 5, AUTHORITY)
    for column in (1, 2):
        sheet.merge_cells(start_row=10, start_column=column, end_row=11, end_column=column)
    sheet.cell(12, 1, "合计")
    sheet.cell(12, 7, "=SUM(G5:G11)")
    sheet.cell(13, 1, "填表说明：本表内容均为虚构。")
    sheet.row_dimensions[6].hidden = True
    sheet.column_dimensions["F"].hidden = True
    second = book.create_sheet("隐藏的表")
    header(second, 1)
    sheet = second
    row(2, 811, date(2022, 1, 5))
    second.sheet_state = "hidden"
    book.create_sheet("说明").cell(1, 1, "本工作表没有名单。")
    book.save(path)


def shapes(folder):
    for name, mac in [("shapes", False), ("shapes-1904", True)]:
        source = folder / f"{name}.xlsx"
        shaped(source, mac)
        for kind in ("xlsx", "ods", "xls"):
            target = HERE / f"{name}.{kind}"
            made = folder / "out" / f"{name}.{kind}"
            made.parent.mkdir(exist_ok=True)
            with_office(source, made)
            shutil.copy(made, target)


def without_values():
    """openpyxl writes formulas and never computes them."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["企业名称", "统一社会信用代码", "处罚文号", "处罚决定日期", "处罚机关", "处罚内容"])
    sheet.append([lists.name(821), lists.code(821, "320613"), "示罚〔2022〕821号", date(2022, 1, 5), AUTHORITY, "警告"])
    sheet.append(["=A2", lists.code(822, "320613"), "示罚〔2022〕822号", date(2022, 1, 5), AUTHORITY, "警告"])
    sheet.append([lists.name(823), "=B2", "示罚〔2022〕823号", date(2022, 1, 5), AUTHORITY, "警告"])
    sheet.append([lists.name(824), lists.code(824, "320613"), "=C2", date(2022, 1, 5), AUTHORITY, "警告"])
    sheet.append([lists.name(825), lists.code(825, "320613"), "示罚〔2022〕825号", "=D2", AUTHORITY, "警告"])
    sheet.append([lists.name(826), lists.code(826, "320613"), "示罚〔2022〕826号", date(2022, 1, 5), AUTHORITY, "=F2"])
    book.save(HERE / "formulas-without-values.xlsx")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        generations(pathlib.Path(scratch))
        encodings(pathlib.Path(scratch))
        shapes(pathlib.Path(scratch))
    without_values()
