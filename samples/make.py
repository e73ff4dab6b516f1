#!/usr/bin/env python3
"""Writes the sample lists of this folder. Every enterprise, code, decision and number in them is invented.

Needs openpyxl, and LibreOffice (soffice) for the .ods and .xls. Run: python3 samples/make.py
"""
import csv
import io
import pathlib
import shutil
import subprocess
import tempfile
import zipfile
from datetime import date

import openpyxl

HERE = pathlib.Path(__file__).resolve().parent
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
ORG_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2]
AREAS = ["320612", "320613", "320614", "320623", "320681", "320682", "320685", "320691"]
REGIONS = ["通州区", "崇川区", "海门区", "如东县", "启东市", "如皋市", "海安市", "开发区"]
NUMERALS = "零一二三四五六七八九"


def code(serial, area, kind="91"):
    """A synthetic USCC: invented body MA1T……, valid check characters."""
    body = f"MA1T{serial:04d}"
    total = sum((int(c) if c.isdigit() else ord(c) - 55) * w for c, w in zip(body, ORG_WEIGHTS))
    digit = 11 - total % 11
    organisation = body + {10: "X", 11: "0"}.get(digit, str(digit))
    head = f"{kind}{area}{organisation}"
    total = sum(ALPHABET.index(c) * w for c, w in zip(head, WEIGHTS))
    return head + ALPHABET[(31 - total % 31) % 31]


def name(serial):
    numerals = "".join(NUMERALS[int(d)] for d in f"{serial:03d}")
    return f"示例{'甲乙丙丁戊己庚辛'[serial % 8]}{numerals}科技（虚构）有限公司"


def wide(text):
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


KINDS = [
    ("罚款", "罚款人民币{yuan}元", "未按规定公示年度报告", "《示例条例》第十条", "南通市示例市场监督管理局"),
    ("警告；罚款", "警告，罚款{yuan}元，责令限期整改", "未落实安全生产责任制", "《示例安全条例》第二十条", "南通市示例应急管理局"),
    ("罚款；责令停产停业", "责令停产停业整顿，罚款{yuan}元", "超标排放污染物", "《示例环境条例》第三条", "南通市示例生态环境局"),
    ("吊销许可证件", "吊销食品经营许可证", "经营不合格食品，情节严重", "《示例食品条例》第五条", "南通市示例市场监督管理局"),
    ("没收违法所得；罚款", "没收违法所得，罚款{yuan}元，停止违法行为", "无证照经营", "《示例办法》第八条", "南通市示例城市管理局"),
    ("通报批评", "通报批评", "未及时报送统计资料", "《示例统计条例》第七条", "南通市示例统计局"),
]
AUTHORITY_CODES = ["11320600014200011", "11320600014200022", "11320600014200033", "11320600014200044"]


def authority_code(index):
    head = AUTHORITY_CODES[index % 4]
    total = sum(ALPHABET.index(c) * w for c, w in zip(head, WEIGHTS))
    return head + ALPHABET[(31 - total % 31) % 31]


HEADERS_C = [
    "行政相对人名称", "行政相对人类别", "行政相对人代码_1（统一社会信用代码）", "行政相对人代码_2（工商注册号）",
    "行政相对人代码_3（组织机构代码）", "行政相对人代码_4（税务登记号）", "行政相对人代码_5（事业单位证书号）",
    "行政相对人代码_6（社会组织登记证号）", "法定代表人", "法定代表人证件类型", "法定代表人证件号码", "证件类型",
    "证件号码", "行政处罚决定书文号(必填)", "违法行为类型", "违法事实", "处罚依据", "处罚类别", "处罚内容",
    "罚款金额（万元）", "没收违法所得、没收非法财务的金额（万元）", "暂扣或吊销证照名称及编号", "处罚决定日期",
    "处罚有效期", "公示截止期", "处罚机关", "处罚机关统一社会信用代码", "数据来源单位", "数据来源单位统一社会信用代码",
    "备注",
]


def row_c(serial):
    kinds, content, facts, basis, authority = KINDS[serial % len(KINDS)]
    yuan = 1000 * (serial % 40 + 1)
    fine = yuan / 10000 if "罚款" in kinds else None
    day = date(2019 + serial % 4, serial % 12 + 1, serial % 28 + 1)
    return {
        "行政相对人名称": name(serial), "行政相对人类别": "法人及非法人组织",
        "行政相对人代码_1（统一社会信用代码）": code(serial, AREAS[serial % 8]),
        "法定代表人": "示例某", "行政处罚决定书文号(必填)": f"通示罚〔{day.year}〕{serial}号",
        "违法行为类型": "示例违法类型", "违法事实": facts, "处罚依据": basis, "处罚类别": kinds,
        "处罚内容": content.format(yuan=yuan), "罚款金额（万元）": fine, "处罚决定日期": day,
        "处罚有效期": date(2099, 12, 31), "公示截止期": date(day.year + 1, day.month, day.day),
        "处罚机关": authority, "处罚机关统一社会信用代码": authority_code(serial),
        "数据来源单位": authority, "数据来源单位统一社会信用代码": authority_code(serial),
    }


def put(sheet, number, headers, row):
    for column, header in enumerate(headers, 1):
        value = row.get(header)
        if value is None:
            continue
        cell = sheet.cell(number, column, value)
        if isinstance(value, date):
            cell.number_format = "yyyy/m/d"
        elif isinstance(value, str):
            cell.number_format = "@"


def generation_c():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "法人"
    width = len(HEADERS_C)
    sheet.cell(1, 1, "2022年行政处罚信息公示数据（虚构样例）")
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
    sheet.cell(2, 1, "填报单位：示例单位　　单位：万元")
    sheet.merge_cells(start_row=2, start_column=1, end_row=2, end_column=width)
    for column, header in enumerate(HEADERS_C, 1):
        sheet.cell(3, column, header)
    rows = [row_c(serial) for serial in range(1, 25)]
    code_1, number, day = HEADERS_C[2], HEADERS_C[13], "处罚决定日期"
    rows[1][code_1] = wide(rows[1][code_1])  # full-width code
    rows[2][day] = (rows[2][day] - date(1899, 12, 30)).days  # a bare serial number
    rows[3][day] = rows[3][day].strftime("%Y年%m月%d日")
    rows[4][code_1] = None
    rows[5][code_1] = "320600000012345"
    rows[6]["行政相对人类别"], rows[6][code_1] = "自然人", None
    rows[7][code_1] = code(8, AREAS[0])[:-1] + "A"  # wrong check character
    rows[8][code_1] = 9.13206131234e17  # a damaged code
    rows[9]["行政相对人名称"] = None
    rows[10][number] = None
    rows[11][day] = "去年年底"
    rows[12]["罚款金额（万元）"] = 50
    rows[12]["处罚内容"] = "罚款2000元"
    rows[13]["公示截止期"] = date(2018, 1, 1)
    rows[14][day] = date(2031, 1, 1)
    rows[14]["公示截止期"] = None
    rows[15]["处罚内容"] = "责令停产\n停业，并处罚款"
    rows[17]["处罚机关统一社会信用代码"] = "11320600014200011X"
    rows[18][code_1] = 320600000054321  # an old number that has become a number
    rows[19] = dict(rows[0])  # the same decision in other brackets
    rows[19][number] = rows[0][number].replace("〔", "[").replace("〕", "]")
    target = 4
    for index, row in enumerate(rows):
        if index == 10:
            target += 1  # a blank row
        if index == 16:
            for column, header in enumerate(HEADERS_C, 1):
                sheet.cell(target, column, header)
            target += 1
        put(sheet, target, HEADERS_C, row)
        target += 1
    # One enterprise over two rows: the second row is merged into the first.
    sheet.cell(target - 1, 1).value = None
    sheet.cell(target - 1, 3).value = None
    sheet.merge_cells(start_row=target - 2, start_column=1, end_row=target - 1, end_column=1)
    sheet.merge_cells(start_row=target - 2, start_column=3, end_row=target - 1, end_column=3)
    sheet.row_dimensions[6].hidden = True
    sheet.cell(target, 1, "合计")
    sheet.cell(target, 20, f"=SUM(T4:T{target - 1})")
    sheet.cell(target + 1, 1, "表格说明：本表内容均为虚构，仅供软件测试。")
    hidden = book.create_sheet("补充")
    for column, header in enumerate(HEADERS_C, 1):
        hidden.cell(1, column, header)
    for offset, serial in enumerate((101, 102, 103)):
        put(hidden, 2 + offset, HEADERS_C, row_c(serial))
    hidden.sheet_state = "hidden"
    notes = book.create_sheet("说明")
    notes.cell(1, 1, "本工作表没有名单。")
    book.save(HERE / "generation-c.xlsx")


def old_mac():
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    sheet = book.active
    sheet.title = "1904"
    headers = ["企业名称", "统一社会信用代码", "处罚文号", "处罚决定日期", "处罚结果", "所属县区", "乡镇街道", "联系人", "联系电话"]
    sheet.append(headers)
    for serial in (111, 112):
        sheet.append([name(serial), code(serial, AREAS[1]), f"通示罚〔2022〕{serial}号", date(2022, 1, 5), "警告", "崇川区", "示例街道", "示例某", f"1000000{serial:04d}"])
        sheet.cell(sheet.max_row, 4).number_format = "yyyy-mm-dd"
    sheet.append([name(113), code(113, AREAS[1]), "通示罚〔2022〕113号", 44566 - 1462, "警告", "崇川区", "示例街道", "示例某", "10000000113"])
    book.save(HERE / "date-system-1904.xlsx")


HEADERS_B = [
    "行政相对人名称", "行政相对人代码_1(统一社会信用代码)", "行政相对人代码_2(工商注册号)", "行政相对人代码_3(组织机构代码)",
    "行政相对人代码_4(税务登记号)", "行政相对人代码_5(事业单位证书号)", "行政相对人代码_6(社会组织登记证号)", "法定代表人",
    "法定代表人身份证号", "行政处罚决定书文号", "违法行为类型", "违法事实", "处罚依据", "处罚类别", "处罚内容", "罚款金额(万元)",
    "没收违法所得、没收非法财物的金额(万元)", "暂扣或吊销证照名称及编号", "处罚决定日期", "处罚有效期", "公示截止期", "处罚机关",
    "处罚机关统一社会信用代码", "数据来源单位", "数据来源单位统一社会信用代码", "备注",
]


def row_b(serial):
    kinds, content, facts, basis, authority = KINDS[serial % len(KINDS)]
    yuan = 500 * (serial % 30 + 1)
    day = date(2018 + serial % 5, serial % 12 + 1, serial % 28 + 1)
    fine = f"{yuan / 10000:g}" if "罚款" in kinds else ""
    return [
        name(serial), code(serial, AREAS[serial % 8]), "", "", "", "", "", "示例某", "", f"通示罚字〔{day.year}〕{serial}号",
        "示例违法类型", facts, basis, kinds, content.format(yuan=yuan), fine, "", "", f"{day.year}/{day.month}/{day.day}",
        "2099/12/31", f"{day.year + 1}/{day.month}/{day.day}", authority, authority_code(serial), authority,
        authority_code(serial), "",
    ]


def generation_b():
    rows = [row_b(serial) for serial in range(201, 216)]
    rows[2][11] = "第一行，含逗号\n第二行，含\"引号\""
    rows[4][18] = "20220105"
    rows[5][15] = "约两千"
    rows[6][13] = "1"
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADERS_B)
    writer.writerows(rows[:8])
    out.write("\r\n")
    writer.writerows(rows[8:])
    writer.writerow(["合计"] + [""] * 14 + ["9.9"] + [""] * 10)
    (HERE / "generation-b-gb18030.csv").write_bytes(out.getvalue().encode("gb18030"))


CODES_A = "CF_WSH CF_CFMC CF_CFLB1 CF_CFLB2 CF_SY CF_YJ CF_XDR_MC CF_XDR_SHXYM CF_XDR_ZDM CF_XDR_GSDJ CF_XDR_SWDJ CF_XDR_SFZ CF_FR CF_JG CF_JDRQ CF_XZJG CF_ZT DFBM SJC BZ".split()
LABELS_A = [
    "行政处罚决定书文号", "处罚名称", "处罚类别1", "处罚类别2", "处罚事由", "处罚依据", "行政相对人名称",
    "行政相对人代码_1(统一社会信用代码)", "行政相对人代码_2(组织机构代码)", "行政相对人代码_3(工商登记码)",
    "行政相对人代码_4(税务登记号)", "行政相对人代码_5(居民身份证号)", "法定代表人姓名", "处罚结果", "处罚决定日期", "处罚机关",
    "当前状态", "地方编码", "数据更新时间戳", "备注",
]


def generation_a():
    rows = []
    for serial in range(301, 309):
        kinds, content, facts, basis, authority = KINDS[serial % len(KINDS)]
        rows.append([
            f"通示罚字[2017]{serial}号", "示例处罚案", kinds, "", facts, basis, name(serial), code(serial, AREAS[serial % 8]), "", "",
            "", "", "示例某", content.format(yuan=3000), "2017/06/%02d" % (serial % 28 + 1), authority, "0", "320600",
            "2017/07/01", "",
        ])
    rows[1][16] = "1"
    rows[2][16] = "异议"
    rows[3][16] = "2"
    rows[4][2], rows[4][3] = "罚款", "没收违法所得"
    rows[5][7], rows[5][11] = "", "11010519491231002X"
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(CODES_A)
    writer.writerow(LABELS_A)
    writer.writerows(rows)
    (HERE / "generation-a-utf8-bom.csv").write_bytes(out.getvalue().encode("utf-8-sig"))


def natural_persons():
    """Generation B, natural persons, UTF-16 with tabs as a spreadsheet saves Unicode text."""
    headers = ["行政相对人名称", "证件类型", "证件号码", "行政处罚决定书文号", "违法行为类型", "违法事实", "处罚依据", "处罚类别", "处罚内容",
               "罚款金额(万元)", "处罚决定日期", "处罚有效期", "公示截止期", "处罚机关", "处罚机关统一社会信用代码", "数据来源单位",
               "数据来源单位统一社会信用代码", "备注"]
    lines = ["\t".join(headers)]
    for serial in (401, 402):
        lines.append("\t".join(["示例某某", "身份证", "11010519491231002X", f"通示罚〔2021〕{serial}号", "示例", "示例", "示例", "罚款", "罚款200元",
                                "0.02", "2021-03-04", "2099-12-31", "", "南通市示例公安局", "", "", "", ""]))
    (HERE / "natural-persons-utf16.txt").write_bytes(("\r\n".join(lines) + "\r\n").encode("utf-16"))


def special_governance():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "专项治理"
    sheet.cell(1, 1, "信用领域突出问题专项治理名单（虚构样例）")
    headers = ["序号", "企业名称", "统一社会信用代码", "所属县区", "乡镇街道", "列入原因", "认定单位", "列入日期", "联系人", "联系电话",
               "行政处罚决定书文号", "处罚决定日期", "处罚机关", "处罚内容"]
    for column, header in enumerate(headers, 1):
        sheet.cell(2, column, header)
    for offset, serial in enumerate(range(501, 511)):
        values = [offset + 1, name(serial), code(serial, AREAS[serial % 8]), REGIONS[serial % 8], "示例镇", "失信被执行人", "南通市示例法院",
                  date(2022, 3, offset + 1), "示例某", f"1000000{serial:04d}"]
        if serial >= 508:
            values += [f"通示罚〔2021〕{serial}号", date(2021, 8, offset + 1), "南通市示例住房局", "罚款"]
        for column, value in enumerate(values, 1):
            cell = sheet.cell(offset + 3, column, value)
            if isinstance(value, date):
                cell.number_format = "yyyy-mm-dd"
    sheet.cell(5, 3).value = None
    sheet.cell(6, 3).value = "320600000099999"
    sheet.cell(7, 3).value = code(505, AREAS[1])[:-1] + "W"
    sheet.cell(13, 1, 11)  # a printed number without a row
    book.save(HERE / "special-governance.xlsx")


def watch_list():
    rows = [["主体名称", "统一信用代码", "属地", "街道", "关注原因", "认定部门", "认定日期", "备注"]]
    for serial in range(601, 607):
        rows.append([name(serial), code(serial, AREAS[serial % 8]), REGIONS[serial % 8], "示例街道", "多次被投诉", "示例消保委", "2022.04.0%d" % (serial - 600), ""])
    rows[3][6] = "四月"
    text = "\n".join(";".join(row) for row in rows) + "\n注：本名单为虚构。;;;;;;;\n"
    (HERE / "watch-list-semicolon.csv").write_bytes(text.encode("utf-8"))


def converted():
    """The .ods and .xls are written by LibreOffice from a workbook of its own content."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "可修复名单"
    headers = ["处罚企业名称", "统一社会信用代码", "处罚决定书编号", "处罚决定日期", "处罚结果/内容", "罚款金额（元）", "处罚机关", "处罚事由",
               "失信严重程度", "处罚程序", "所属区县", "所属街道", "行业", "地址", "联系人", "手机号码"]
    sheet.append(headers)
    for serial in range(701, 713):
        kinds, content, facts, basis, authority = KINDS[serial % len(KINDS)]
        yuan = 2000 + serial
        fine = yuan if "罚款" in kinds else None
        sheet.append([name(serial), code(serial, AREAS[serial % 8], "92" if serial == 703 else "91"), f"通示罚〔2022〕{serial}号", date(2022, 5, serial - 700),
                      content.format(yuan=yuan), fine, authority, facts, ["一般", "严重", "特定严重", ""][serial % 4],
                      "简易程序" if serial == 705 else "普通程序", REGIONS[serial % 8], "示例街道", "制造业", "示例路1号", "示例某", f"1000000{serial:04d}"])
        sheet.cell(sheet.max_row, 4).number_format = "yyyy-mm-dd"
    sheet.cell(6, 1).value = sheet.cell(5, 1).value
    sheet.merge_cells("A5:A6")
    sheet.cell(8, 9).value = "轻微"
    sheet.append([])
    sheet.append(["总计", None, None, None, None, 12345])
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "repairable-penalty.xlsx"
        book.save(source)
        for extension in ("ods", "xls"):
            subprocess.run(["soffice", "--headless", "--convert-to", extension, "--outdir", folder, str(source)], check=True, capture_output=True)
            shutil.copy(pathlib.Path(folder) / f"repairable-penalty.{extension}", HERE / f"repairable-penalty.{extension}")


def zipped(path, parts, compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", compression, compresslevel=9) as archive:
        for part, content in parts.items():
            archive.writestr(zipfile.ZipInfo(part, (2022, 6, 14, 0, 0, 0)), content, compression)


def broken():
    folder = HERE / "broken"
    folder.mkdir(exist_ok=True)
    (folder / "empty.xlsx").write_bytes(b"")
    zipped(folder / "document.xlsx", {
        "[Content_Types].xml": '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "word/document.xml": '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>',
    })
    whole = (HERE / "special-governance.xlsx").read_bytes()
    (folder / "truncated.xlsx").write_bytes(whole[: len(whole) * 2 // 3])
    parts = {}
    with zipfile.ZipFile(HERE / "date-system-1904.xlsx") as archive:
        for part in archive.namelist():
            parts[part] = archive.read(part)
    sheet = "xl/worksheets/sheet1.xml"
    bomb = dict(parts)
    bomb[sheet] = parts[sheet].replace(b"<sheetData>", b"<sheetData>" + (b"<!--" + b" " * 1000 + b"-->") * 24000)
    zipped(folder / "zip-bomb.xlsx", bomb)
    entities = dict(parts)
    body = parts[sheet][parts[sheet].index(b"<worksheet"):]
    entities[sheet] = b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;">]>' + body
    zipped(folder / "entities.xlsx", entities)
    (folder / "unknown-header.csv").write_bytes("甲列,乙列,丙列\n一,二,三\n四,五,六\n".encode())
    (folder / "binary.csv").write_bytes(bytes(range(256)) * 64)
    (folder / "page.xls").write_bytes("<html><body><table><tr><td>企业名称</td></tr></table></body></html>".encode())
    # The streams of an encrypted workbook are named in the container's directory.
    container = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le").ljust(512, b"\0")
    (folder / "encrypted.xlsx").write_bytes(container)


if __name__ == "__main__":
    generation_c()
    old_mac()
    generation_b()
    generation_a()
    natural_persons()
    special_governance()
    watch_list()
    converted()
    broken()
