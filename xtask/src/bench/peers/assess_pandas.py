"""The work of `xinxiu assess` as a careful analyst would script it with pandas: vectorised string operations
over whole columns, no loop over rows. Edition cn-527 only, and shorter answers: one reason a record, no source
and no certainty, fewer checks. Prints the seconds of each stage.

Usage: assess_pandas.py LIST.csv OUT.jsonl
"""

import sys
import time

import numpy as np
import pandas as pd

DAY = pd.Timestamp("2022-06-14")
stages = []
begun = last = time.perf_counter()


def stage(name):
    global last
    now = time.perf_counter()
    stages.append((name, now - last))
    last = now


source, target = sys.argv[1:3]
df = pd.read_csv(source, dtype="string[pyarrow]", keep_default_na=False, engine="c")
df.columns = [
    "name", "subject", "uscc", "reg_no", "org_code", "tax_no", "institution_no", "society_no", "legal_rep",
    "legal_rep_doc", "legal_rep_id", "person_doc", "person_no", "number", "violation", "facts", "basis", "kinds",
    "content", "fine", "confiscated", "licence", "decided", "valid_until", "publicity_end", "authority",
    "authority_code", "source_unit", "source_unit_code",
]
stage("read")

# Normalise: white space, case, brackets, blanks.
for column in ("violation", "facts", "basis", "kinds", "content", "authority", "number"):
    df[column] = df[column].str.replace(r"\s+", "", regex=True)
df["name"] = df["name"].str.strip()
df["uscc"] = df["uscc"].str.strip().str.upper()
df["number"] = df["number"].replace({"无": "", "/": ""})
year = r"[\[\(（【〔﹝](\d{4})[\]\)）】〕﹞]"
df["number"] = df["number"].str.replace(year, r"〔\1〕", regex=True)
stage("normalise")

# Codes: the check character of GB 32100 over a matrix of characters.
alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
well_formed = df["uscc"].str.fullmatch(r"[0-9A-HJ-NPQRTUWXY]{18}").to_numpy(dtype=bool)
lookup = np.full(128, 0, dtype=np.int16)
for value, letter in enumerate(alphabet):
    lookup[ord(letter)] = value
codes = df.loc[well_formed, "uscc"].to_numpy(dtype="S18").view(np.uint8).reshape(-1, 18)
weights = np.array([pow(3, place, 31) for place in range(17)], dtype=np.int16)
values = lookup[codes]
right = np.zeros(len(df), dtype=bool)
right[well_formed] = (31 - (values[:, :17] * weights).sum(axis=1) % 31) % 31 == values[:, 17]
is_person = df["subject"].eq("自然人").to_numpy(dtype=bool)
empty_code = df["uscc"].isin(["", "/"]).to_numpy(dtype=bool)
old_number = df["uscc"].str.fullmatch(r"\d{15}").to_numpy(dtype=bool)
code_fails = ~(right | is_person | empty_code | old_number)
stage("codes")

# Days in the spellings of the field.
text = df["decided"].str.strip().str.slice(0, 11)
text = text.str.replace(r"[年月/.]", "-", regex=True).str.rstrip("日").str.strip()
packed = text.str.fullmatch(r"\d{8}").to_numpy(dtype=bool)
decided = pd.Series(pd.NaT, index=df.index, dtype="datetime64[ns]")
decided[packed] = pd.to_datetime(text[packed], format="%Y%m%d", errors="coerce")
decided[~packed] = pd.to_datetime(text[~packed], format="%Y-%m-%d", errors="coerce")
stage("dates: read")

rejected = (
    df["name"].eq("").to_numpy(dtype=bool)
    | df["number"].eq("").to_numpy(dtype=bool)
    | decided.isna().to_numpy()
    | code_fails
)
accepted = df[~rejected].copy()
accepted["decided"] = decided[~rejected]
who = accepted["uscc"].where(~accepted["uscc"].isin(["", "/"]), accepted["name"])
bare_number = accepted["number"].str.replace(r"[〔〕()（）字第]", "", regex=True)
accepted["duplicate"] = pd.DataFrame({"n": bare_number, "w": who, "a": accepted["authority"]}).duplicated()
stage("rejected, duplicates")


def has(column, words):
    return accepted[column].str.contains(words, regex=True).to_numpy(dtype=bool)


# What is denied or only threatened does not count: cut it out before looking for the penalties.
denied = r"(?:不予|未予|免予|免除|不再|无需|无须|没有|未|拟|建议|提请|已被|曾被)(?:对其|对当事人|依法|予以|给予|作出|责令)*"
threat = r"(?:逾期不|逾期仍不|逾期拒不|拒不改正的|否则|将依法|情节严重的[，,])[^。；;！!]*"
penalty = r"(?:吊销|暂扣|责令停产停业|停产停业|责令停业|责令停产|罚款|没收|警告)"
content = accepted["content"].str.replace(threat, "", regex=True)
content = content.str.replace(denied + penalty, "", regex=True)
imposed = accepted["kinds"].str.cat(content, sep="；")


def imposes(words):
    return imposed.str.contains(words, regex=True).to_numpy(dtype=bool)


either = imposes(r"暂扣(?:或者|或|、|/|和)吊销")
suspends = imposes(r"停产停业|责令其?停[产业](?!整顿|整改)")
revokes = imposes(r"吊销(?!资质|资格|执业|机动车驾驶证|驾驶证)") & ~either
rectify = has("content", r"(?<!无需)(?<!无须)(?<!不需)(?<!免予)整改|整顿|停止违法行为")
listed = has("basis", r"食品|药品|疫苗管理法|环境保护|生态环境|污染防治|环境影响评价|排污许可|固体废物|工程质量|安全生产|危险化学品|烟花爆竹|消防")
listed |= has("authority", r"食品|药品|环境保护|生态环境|环保局|应急管理|安全生产|消防")
behaviour = r"贿赂|行贿|受贿|逃税|骗税|偷税|恶意逃废债|恶意拖欠|恶意欠薪|非法集资|合同欺诈|合同诈骗|传销|无证照经营|无证经营|无照经营|假冒伪劣|以假充真|以次充好|出借资质|借用资质|围标|串标|串通投标|虚假广告|侵害消费者"
acts = has("violation", behaviour) | has("facts", behaviour)
maybe = has("facts", r"拖欠货款|拖欠工资|克扣工资|侵犯知识产权|虚假宣传|虚开发票|未取得许可证|未经许可|不合格产品|挂靠")
denial = r"(?:未|不|不予|没有|并非|不属于|未达到|未达|不够|不构成|不存在)(?:构成|存在|达到)?情节(?:特别)?严重"
grave = r"情节(?:特别)?严重(?!的|者|程度|性)"
facts = accepted["facts"].str.replace(denial, "", regex=True)
serious = facts.str.contains(grave, regex=True).to_numpy(dtype=bool) | content.str.contains(grave, regex=True).to_numpy(dtype=bool)
harm = has("facts", r"严重(?:损害|危害)(?:自然人|人身|人体|人民群众)|严重(?:破坏|扰乱)(?:市场|社会)")
found_specified = has("content", r"特定严重失信") | has("facts", r"特定严重失信")
found_serious = has("content", r"严重失信行为") | has("facts", r"严重失信行为")
found_general = has("content", r"一般失信行为") | has("facts", r"一般失信行为")
market = has("authority", r"市场监督管理|工商行政管理")
severe = suspends | revokes
rules = [
    (found_specified, "specified_serious", "finding.specified_serious"),
    (found_serious, "serious", "finding.serious"),
    (found_general, "general", "finding.general"),
    (severe & (listed | acts), "specified_serious", "specified"),
    (either & (listed | acts), "unclassified", "review.withhold_or_revoke"),
    (severe & maybe, "unclassified", "review.behaviour"),
    (serious | harm, "serious", "serious.circumstance"),
]
accepted["class"] = np.select([rule[0] for rule in rules], [rule[1] for rule in rules], "general")
accepted["rule"] = np.select([rule[0] for rule in rules], [rule[2] for rule in rules], "general")
accepted["lane"] = np.where(market, "market_supervision", "credit_china")
stage("classify")

months = accepted["class"].map({"general": 3, "serious": 6, "specified_serious": 36}).to_numpy()
most = accepted["class"].map({"general": 12, "serious": 36, "specified_serious": 36}).to_numpy()


def after(days, months):
    """The corresponding day, or the last one of the month."""
    known = ~np.isnan(months)
    month = days.to_numpy().astype("datetime64[M]")
    offset = (days.to_numpy().astype("datetime64[D]") - month.astype("datetime64[D]")).astype(int)
    ends = month + np.where(known, months, 0).astype(int)
    length = ((ends + 1).astype("datetime64[D]") - ends.astype("datetime64[D]")).astype(int)
    day = ends.astype("datetime64[D]") + np.minimum(offset, length - 1)
    return pd.Series(np.where(known, day, np.datetime64("NaT", "D")), index=days.index)


low, high = after(accepted["decided"], months), after(accepted["decided"], most)
accepted["verdict"] = np.select(
    [accepted["class"].eq("unclassified"), high < DAY, accepted["class"].eq("specified_serious"), low <= DAY],
    ["needs_review", "ended", "not_repairable", "repairable_now"],
    "repairable_later",
)
repairable = accepted["verdict"].isin(["repairable_now", "repairable_later"])
accepted["min_until"] = low.astype("datetime64[s]").dt.strftime("%Y-%m-%d")
accepted["max_until"] = high.astype("datetime64[s]").dt.strftime("%Y-%m-%d")
accepted["decision_date"] = accepted["decided"].dt.strftime("%Y-%m-%d")
stage("dates: periods")

base = "commitment,licence,performance_proof"
more = np.where(accepted["class"].eq("serious"), ",training_certificate,credit_report", "")
form = np.where(rectify, ",rectification_form", "")
materials = pd.Series(base, index=accepted.index).str.cat([pd.Series(form, index=accepted.index), pd.Series(more, index=accepted.index)])
accepted["materials"] = materials.where(repairable, "")
stage("materials")

answers = accepted[
    ["uscc", "name", "number", "decision_date", "lane", "class", "min_until", "max_until", "verdict", "materials", "rule", "duplicate"]
]
answers.to_json(target, orient="records", lines=True, force_ascii=False)
stage("output")

for name, seconds in stages:
    print(f"  {name:<22} {seconds:8.2f} s", file=sys.stderr)
classes = accepted.loc[~market, "class"].value_counts().to_dict()
print(f"  accepted {len(accepted)}, rejected {int(rejected.sum())}, {classes}", file=sys.stderr)
