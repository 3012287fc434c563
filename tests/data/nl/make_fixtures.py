"""Writes the files of this folder: small files in the layouts of Statistics Netherlands and SCP with SYNTHETIC numbers.

Each file comes with what a reader should make of it under golden/: one line a row, cells between bars, text in quotes,
numbers as they are, missing cells as <reason>. Needs nothing but the standard library; the bytes are the same on every run.
"""

import json
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

HERE = Path(__file__).parent
SAYS_SO = "SYNTHETISCHE CIJFERS, geen echte wijken"


class Missing(str):
    """A cell without a number, for a reason."""


WITHHELD, IMPOSSIBLE = Missing("withheld"), Missing("impossible")
NOT_YET, NO_LONGER = Missing("not yet published"), Missing("no longer published")
UNSTATED = Missing("missing, not said why")


def golden(name, names, rows):
    def shown(cell):
        if isinstance(cell, Missing):
            return f"<{cell}>"
        if isinstance(cell, str):
            return f'"{cell}"'
        return f"{cell:g}" if abs(cell) < 1e6 else f"{cell:.0f}"

    lines = ["|".join(f'"{n}"' for n in names)] + ["|".join(map(shown, row)) for row in rows]
    (HERE / "golden" / f"{name}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def dutch(number):
    whole, _, decimals = f"{number:,.10g}".partition(".")
    return whole.replace(",", ".") + ("," + decimals if decimals else "")


def point(number):
    return f"{number:.10g}"


# StatLine, downloaded as CSV -----------------------------------------------------------------------------------------

def statline(name, title, names, rows, *written, source="Bron: CBS (opmaak); de cijfers zijn verzonnen", number=dutch):
    quoted = lambda cells: ";".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    lines = [quoted([line]) for line in ([title] if isinstance(title, str) else title)]
    lines += [quoted([SAYS_SO])] + [quoted(line) for line in written]
    marks = {WITHHELD: ".", IMPOSSIBLE: "", UNSTATED: ""}
    for row in rows:
        cells = [marks[c] if isinstance(c, Missing) else c if isinstance(c, str) else number(c) for c in row]
        lines.append(quoted(cells))
    lines.append(quoted([source]))
    (HERE / f"{name}.csv").write_bytes(("\ufeff" + "\r\n".join(lines) + "\r\n").encode("utf-8"))
    golden(name, names, rows)


statline(
    "statline_wijken",
    "Jongeren met jeugdzorg en jeugdzorgtrajecten; wijken, 2017",
    ["Vormen van jeugdzorg", "Wijken en buurten", "Perioden", "Codering (code)", "Totaal jongeren met jeugdzorg (aantal)",
     "0 tot 4 jaar (aantal)", "Percentage jongeren (%)"],
    [
        ["Jeugdhulp zonder verblijf", "Verzonnen \"Oost\"", "2017**", "GM0001    ", 16829290, 1015, 29.5],
        ["Jeugdhulp zonder verblijf", "Wijk 01; aan het water", "2017**", "WK000101  ", 1.234e3, 15, 0.4],
        ["Jeugdhulp zonder verblijf", "Wijk 0A", "2017**", "WK00010A  ", WITHHELD, WITHHELD, WITHHELD],
        ["Jeugdhulp zonder verblijf", "Haven", "2017**", "WK000103  ", 0, IMPOSSIBLE, IMPOSSIBLE],
    ],
    ["Vormen van jeugdzorg", "Wijken en buurten ", "Perioden", "Codering (code)  ", "Totaal jongeren met jeugdzorg (aantal)",
     "0 tot 4 jaar (aantal) ", "Percentage jongeren (%)"],
)

statline(
    "statline_halfjaren",
    "Jeugdzorgtrajecten; stroom en stand",
    ["Perioden", "Regio's", "Begonnen trajecten", "Trajecten op peildatum"],
    [
        ["2017", "Verzonnen (gemeente)", 240, IMPOSSIBLE],
        ["2e halfjaar 2022**", "Verzonnen (gemeente)", 1120, IMPOSSIBLE],
        ["1e halfjaar 2023*", "Verzonnen (gemeente)", 1075, IMPOSSIBLE],
        ["30 juni 2023*", "Verzonnen (gemeente)", IMPOSSIBLE, 2310],
        ["2e kwartaal 2021**", "Verzonnen (gemeente)", 515, IMPOSSIBLE],
    ],
    ["Perioden", "Regio's", "Begonnen trajecten", "Trajecten op peildatum"],
)

# Names over several lines: the former StatLine, with groups, topics and units above one column of labels ...
statline(
    "statline_onderwerpen",
    "Bevolking en jeugdzorg; kerncijfers",
    ["Perioden", "Bevolking naar leeftijd (op 1 januari)|Jonger dan 20 jaar|aantal",
     "Bevolking naar leeftijd (op 1 januari)|20 jaar of ouder|aantal", "Jongeren met jeugdzorg|%"],
    [
        ["2015", 3742499, 12000501, 9.5],
        ["2016**", 3751000, 12100250, WITHHELD],
        ["2017*", 3760125, 12200750, IMPOSSIBLE],
    ],
    ["Onderwerpen", "Bevolking naar leeftijd (op 1 januari)", "Bevolking naar leeftijd (op 1 januari)",
     "Jongeren met jeugdzorg"],
    ["Onderwerpen", "Jonger dan 20 jaar", "20 jaar of ouder", "Jongeren met jeugdzorg"],
    ["Perioden", "aantal", "aantal", "%"],
    source="© Centraal Bureau voor de Statistiek (opmaak); de cijfers zijn verzonnen",
    number=lambda c: dutch(c).replace(".", ""),
)

# ... and the table as it stands on the screen, with topics down and units in a column of labels of their own
statline(
    "statline_tabelindeling",
    ["Jeugdzorgtrajecten; regio", "", ""],
    ["Onderwerp", "Perioden", "Verzonnen|2016", "Verzonnen|2017**", "Elders|2016", "Elders|2017**"],
    [
        ["Trajecten|Begonnen trajecten", "aantal", 1240, 1255, 15, WITHHELD],
        ["Trajecten|Gemiddelde duur", "dagen", 207.5, 211, WITHHELD, IMPOSSIBLE],
    ],
    ["", "Regio's", "Verzonnen", "Verzonnen", "Elders", "Elders"],
    ["Onderwerp", "Perioden", "2016", "2017**", "2016", "2017**"],
)

# Without statistical symbols a withheld cell is as blank as an impossible one
statline(
    "statline_zonder_symbolen",
    [],
    ["Wijken en buurten", "Perioden", "Jongeren met jeugdzorg (aantal)"],
    [["Wijk 01", "2017", 120], ["Wijk 02", "2017", UNSTATED]],
    ["Wijken en buurten", "Perioden", "Jongeren met jeugdzorg (aantal)"],
)

# The services of StatLine --------------------------------------------------------------------------------------------

def service(name, records, **envelope):
    document = {"odata.metadata": SAYS_SO, **envelope, "value": records}
    lines = [f'  "{key}": {json.dumps(value, ensure_ascii=False)},' for key, value in document.items() if key != "value"]
    body = ",\n".join("    " + json.dumps(record, ensure_ascii=False) for record in records)
    text = "{\n" + "\n".join(lines) + '\n  "value": [\n' + body + "\n  ]\n}\n"
    (HERE / f"{name}.json").write_text(text, encoding="utf-8")


def untyped(name, names, rows):
    marks = {WITHHELD: "       .", IMPOSSIBLE: "        "}
    cell = lambda c: marks[c] if isinstance(c, Missing) else c if isinstance(c, str) else point(c).rjust(8)
    service(name, [dict(zip(names, map(cell, row))) for row in rows])
    golden(name, names, rows)


untyped(
    "odata_v3_untyped_2016",
    ["ID", "TypeJeugdzorg", "Wijken", "Perioden", "Gemeentenaam_1", "SoortRegio_2", "Codering_3",
     "IndelingswijzigingWijkenEnBuurten_4", "TotaalJongerenMetJeugdzorg_5", "k_0Tot4Jaar_6", "k_4Tot12Jaar_7"],
    [
        [0, "T001203 ", "GM0001    ", "2016JJ00", "Verzonnen   ", "Gemeente  ", "GM0001    ", ".         ", 26205, 1120, 12.5],
        [1, "T001203 ", "WK000101  ", "2016JJ00", "Verzonnen   ", "Wijk      ", "WK000101  ", "1         ", 120, 10, WITHHELD],
        [2, "A042503 ", "WK00010A  ", "2016JJ00", "Verzonnen   ", "Wijk      ", "WK00010A  ", "3         ", WITHHELD, IMPOSSIBLE, 15],
    ],
)

names = ["ID", "VormenVanJeugdzorg", "WijkenEnBuurten", "Perioden", "TotaalJongerenMetJeugdzorgInNatur_1", "k_0Tot4Jaar_2",
         "k_18Tot23Jaar_5", "Gemeentenaam_18", "SoortRegio_19", "Codering_20"]
rows = [
    [0, "A045561 ", "GM0001    ", "2025JJ00", 5465, 415, 4.7, "Verzonnen   ", "Gemeente  ", "GM0001    "],
    [1, "A042503 ", "WK0001MA  ", "2025JJ00", 110, UNSTATED, UNSTATED, "Verzonnen   ", "Wijk      ", "WK0001MA  "],
]
service("odata_v3_typed_2025", [dict(zip(names, [None if isinstance(c, Missing) else c for c in row])) for row in rows],
        **{"odata.nextLink": "https://example.org/TypedDataSet?$skip=10000"})
golden("odata_v3_typed_2025", names, rows)

observations, places = [], ["GM0001    ", "WK0001MA  ", "WK0001MB  "]
for place, measure, value, attribute in [
    (0, "M000352", 26205.0, "None"), (0, "M004011", 12.5, "None"),
    (1, "M000352", None, "Confidential"), (1, "M004011", None, "Impossible"), (1, "M009999", 3.0, "None"),
    (2, "M000352", None, "Secret"), (2, "M004011", None, "NotAvailable"), (2, "M009999", None, "None"),
]:
    observations.append({
        "Id": len(observations), "Measure": measure, "ValueAttribute": attribute, "Value": value, "StringValue": None,
        "WijkenEnBuurten": places[place], "Perioden": "2017JJ00",
    })
service("odata_v4_observations", observations)
golden("odata_v4_observations", ["WijkenEnBuurten", "Perioden", "AantalInwoners", "M004011", "M009999"], [
    [places[0], "2017JJ00", 26205, 12.5, UNSTATED],
    [places[1], "2017JJ00", WITHHELD, IMPOSSIBLE, 3],
    [places[2], "2017JJ00", WITHHELD, UNSTATED, UNSTATED],
])

# Kerncijfers wijken en buurten ---------------------------------------------------------------------------------------

KWB = ["gwb_code_10", "gwb_code_8", "regio", "gm_naam", "recs", "ind_wbi", "a_inw", "a_00_14", "p_koopw", "g_wozbag",
       "ste_oad", "a_nb_won"]
KWB_ROWS = [
    ["GM0001", "0001", "Verzonnen", "Verzonnen", "Gemeente", ".", 26205, 4110, 61.5, 1.234, 1033, 12],
    ["WK000101", "000101", "Wijk 01", "Verzonnen", "Wijk", "1", 3625, 540, 58.5, 0.25, 1200, NOT_YET],
    ["WK00010A", "00010A", "Wijk 0A", "Verzonnen", "Wijk", "3", 985, WITHHELD, WITHHELD, UNSTATED, UNSTATED, NO_LONGER],
    ["BU00010A01", "00010A01", "Buurt 01", "Verzonnen", "Buurt", "2", 40, WITHHELD, UNSTATED, UNSTATED, 15, UNSTATED],
]


def kwb_cells(number):
    marks = iter(["-99995", "    .", "x", "   -", "  NaN", "-99991", "   .", "", "-", "-99999999"])
    cells = []
    for row in KWB_ROWS:
        cells.append([next(marks) if isinstance(c, Missing) else c if isinstance(c, str) else number(c) for c in row])
    assert next(marks, None) is None
    return cells


for edition, number in [("komma", lambda c: point(c).replace(".", ",")), ("punt", point)]:
    header = KWB[:-1] + ["a_nb_won "]
    lines = [";".join(header)] + [";".join(row) for row in kwb_cells(number)]
    (HERE / f"kwb_{edition}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
golden("kwb", KWB, KWB_ROWS)
golden("kwb_wijken", KWB, KWB_ROWS[1:3])


def archive(name, files, compression=zipfile.ZIP_STORED):
    """Not compressed, so that a test can change the XML inside."""
    with zipfile.ZipFile(HERE / name, "w") as out:
        for path, text in files:
            info = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if path == "mimetype" else compression
            out.writestr(info, text)


XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def letters(column):
    return chr(ord("A") + column)


def xlsx(name, sheets):
    office = "http://schemas.openxmlformats.org"
    kinds, relations, listed, files = [], [], [], []
    for n, (sheet, rows) in enumerate(sheets, 1):
        body = []
        for r, row in enumerate(rows, 1):
            cells = []
            for c, cell in enumerate(row):
                at = f'{letters(c)}{r}'
                if isinstance(cell, str) and cell:
                    cells.append(f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>')
                elif not isinstance(cell, str):
                    cells.append(f'<c r="{at}"><v>{cell:.17g}</v></c>')
            body.append(f'<row r="{r}">{"".join(cells)}</row>')
        files.append((f"xl/worksheets/sheet{n}.xml", XML
                      + f'<worksheet xmlns="{office}/spreadsheetml/2006/main"><sheetData>{"".join(body)}</sheetData></worksheet>'))
        kinds.append(f'<Override PartName="/xl/worksheets/sheet{n}.xml" '
                     'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>')
        relations.append(f'<Relationship Id="rId{n}" Type="{office}/officeDocument/2006/relationships/worksheet" '
                         f'Target="worksheets/sheet{n}.xml"/>')
        listed.append(f'<sheet name="{escape(sheet)}" sheetId="{n}" r:id="rId{n}"/>')
    package = "http://schemas.openxmlformats.org/package/2006"
    archive(name, [
        ("[Content_Types].xml", XML + f'<Types xmlns="{package}/content-types">'
         '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
         '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
         'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
         + "".join(kinds) + "</Types>"),
        ("_rels/.rels", XML + f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
         f'Type="{office}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>'),
        ("xl/workbook.xml", XML + f'<workbook xmlns="{office}/spreadsheetml/2006/main" '
         f'xmlns:r="{office}/officeDocument/2006/relationships"><sheets>{"".join(listed)}</sheets></workbook>'),
        ("xl/_rels/workbook.xml.rels", XML + f'<Relationships xmlns="{package}/relationships">'
         + "".join(relations) + "</Relationships>"),
        *files,
    ])


def kwb_sheet():
    """Numbers as numbers, marks as text or blank."""
    rows = []
    for row, written in zip(KWB_ROWS, kwb_cells(lambda c: c)):
        numbers = {"-99995", "-99991", "-99999999"}
        rows.append([float(c) if isinstance(c, str) and c in numbers else c for c in written])
    return [KWB[:-1] + ["a_nb_won "]] + rows


xlsx("kwb.xlsx", [("KWB2017", kwb_sheet()), ("Toelichting", [[SAYS_SO]])])

# SCP -----------------------------------------------------------------------------------------------------------------

def ods(name, sheets, **how):
    tables = []
    for sheet, rows in sheets:
        body = []
        for row in rows:
            cells = []
            for cell in row:
                if isinstance(cell, str):
                    cells.append(f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
                                 if cell else "<table:table-cell/>")
                else:
                    # the whole number in the value, a rounded one in what is shown, as SCP has it
                    cells.append(f'<table:table-cell office:value-type="float" office:value="{cell:.17g}">'
                                 f"<text:p>{cell:.0f}</text:p></table:table-cell>")
            rest = f'<table:table-cell table:number-columns-repeated="{16384 - len(row)}"/>'
            body.append(f"<table:table-row>{''.join(cells)}{rest}</table:table-row>")
        body.append('<table:table-row table:number-rows-repeated="1048000">'
                    '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>')
        tables.append(f'<table:table table:name="{sheet}">{"".join(body)}</table:table>')
    spaces = " ".join(f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
                      for short, long in [("office", "office"), ("table", "table"), ("text", "text")])
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    archive(name, [
        ("mimetype", kind),
        ("META-INF/manifest.xml", XML + '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
         f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
         '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'),
        ("content.xml", XML + f'<office:document-content {spaces} office:version="1.2"><office:body><office:spreadsheet>'
         + "".join(tables) + "</office:spreadsheet></office:body></office:document-content>"),
    ], **how)


SCP = [
    # wijk, name, gemeente, name, actual, expected, residual, then determinants
    ["WK000100", "Wijk 00", "GM0001", "Verzonnen", 12.489, 14.376, -1.887, 23.646, 35.165, 42.937, 0],
    ["WK000101", "Wijk 01", "GM0001", "Verzonnen", WITHHELD, 9.25, WITHHELD, WITHHELD, 31.5, 20.25, 1],
    ["WK123400", "Wijk 00 Elders", "GM1234", "Elders", 8.333, 8, 0.333, 30, 28.125, 33.333, 0],
]
SCP_NAMES = ["wijk", "wijknaam", "gemeentecode", "gemnaam_2017", "perc_jhzv", "perc_przv", "residu", "perc_hhmk", "groenedruk",
             "grijzedruk", "kleinewijk"]


def scp_cells(row, columns):
    code = lambda c: float(c[2:])
    cells = {"wijk": code(row[0]), "gemeentecode": code(row[2])}
    plain = lambda name: "." if isinstance(row[SCP_NAMES.index(name)], Missing) else row[SCP_NAMES.index(name)]
    return [cells[name] if name in cells else plain(name) for name in columns]


def scp_sheet(columns, rows):
    return [columns] + [scp_cells(row, columns) for row in rows]


SCP_SHEETS = [
    ("beschrijving", [["DEZE GEGEVENS HEBBEN DE OPMAAK VAN DE SCP-PUBLICATIE JEUGDHULP IN DE WIJK"], [SAYS_SO], [""]]),
    ("bronnen", [["per tabblad zijn de volgende variabelen opgenomen"], ["perc_jhzv", "waargenomen", "verzonnen"]]),
    ("wijk", scp_sheet(SCP_NAMES[:4], SCP)),
    # the rows of the other sheets stand in another order: they belong together by their code
    ("gebruik", scp_sheet(["wijk"] + SCP_NAMES[4:7], SCP[::-1])),
    ("determinanten", scp_sheet(["wijk"] + SCP_NAMES[7:], [SCP[1], SCP[0], SCP[2]])),
]
ods("scp.ods", SCP_SHEETS)
ods("scp_deflated.ods", SCP_SHEETS, compression=zipfile.ZIP_DEFLATED)
golden("scp", SCP_NAMES, SCP)
