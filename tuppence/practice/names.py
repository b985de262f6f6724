"""Names of people and businesses that do not exist, European and Chinese."""

from random import Random

GIVEN_WORDS = """
    Adela Alwin Amalie Anouk Arvid Aurelia Bastian Benedikta Bodil Carlotta Casimir Clemens Corin
    Daria Dorian Edda Eleni Elio Emeran Estelle Fabian Femke Fiorella Florian Gesine Gregor Hanneke
    Henrik Ilka Imre Isolde Jaromir Jelle Jolanda Jonas Katja Klara Lazlo Leonie Ludwig Maelle
    Magnus Marit Matteo Mirela Nadja Niklas Noemi Odile Oskar Paola Pelle Quirin Ragna Rafael
    Romy Ruben Saskia Severin Sofia Stellan Tamsin Teodora Thibault Ulrike Valentin Vesna Wanda
    Willem Xaver Ylva Yannick Zdenka Zita
"""
FAMILY_WORDS = """
    Aldermann Amsberg Baltruweit Bergholm Birkenau Brandvold Calvarese Castellmar Dankwart Delmonte
    Dornbach Ellerby Erlenkamp Falkenrath Fennimor Ferrandis Gallbrecht Garibaux Grevenbrook
    Haldersen Hartogsma Heidbrink Holmqvist Ibsgaard Imhoven Jansdorf Jorrand Kaltenmark Karwowska
    Kesselring Kronbach Lindenau Lorquin Lundhage Marchetto Melkonyan Montferrand Nordhaug
    Novakova Oldenkott Ostergren Palmerose Pasquier Quandahl Rautavaara Reichwald Rosenquint
    Sandoval Schoenfels Sorrentin Steenbergen Tannhaus Thorvik Tremonti Ulmenried Unterberg
    Vandermeer Varenholz Vesterlund Wachendorf Westergard Winterfeld Yderstad Zabransky Zeltinger
"""
CHINESE_FAMILY = (
    "林陈赵周吴徐孙马朱胡郭何高罗郑梁谢宋唐许邓韩冯曹彭曾萧田董潘袁蔡蒋余叶程魏苏吕丁任沈姚卢"
)
CHINESE_GIVEN_WORDS = """
    知远 若岚 思齐 雨桐 景行 书言 云舒 清和 明澈 予安 子衿 望舒 嘉木 以宁
    晨曦 静姝 怀瑾 逸飞 沐阳 映雪 承泽 听澜 语嫣 亦凡 修竹 采薇 星河 南乔
    致远 可心 德音 乐山 新月 念慈 博文 芷若 长风 如意 启明 含章
"""
TRADE_WORDS = """
    Backstube|Backwaren Tischlerei|Holzbau Brauerei|Biermanufaktur Gaertnerei|Gartenbau
    Druckerei|Buchdruck Spedition|Transporte Molkerei|Kaesehof Weingut|Kellerei Schreinerei|Moebel
    Imkerei|Honighof Elektro|Elektrotechnik Metallbau|Schlosserei Textil|Webwaren Kaffee|Roesterei
    Fahrrad|Radwerk Keramik|Steinzeug Software|Datentechnik Solar|Solartechnik Optik|Feinoptik
"""
PLACE_WORDS = """
    Alsterau Birkenfurt Dornsee Eichental Fohrwiesen Grauwacke Hainbruch Kaltenborn Lindwerder
    Moorkamp Nesselried Oberquell Rothensand Silbertal Tiefenau Wiesengrund
"""
CHINESE_PLACE_WORDS = "青禾 云溪 南屿 松涧 白鹭 临川 海棠 望江 竹里 石桥"
CHINESE_TRADE_WORDS = "茶业 瓷器 丝织 食品 科技 家居 文创 农业 物流 光电"
LEGAL_FORMS = ("GmbH", "UG", "OHG", "e.K.", "e.K.", "eG", "SARL", "BV", "SpA")

GIVEN, FAMILY = GIVEN_WORDS.split(), FAMILY_WORDS.split()
CHINESE_GIVEN = CHINESE_GIVEN_WORDS.split()
TRADES = [tuple(pair.split("|")) for pair in TRADE_WORDS.split()]
PLACES = PLACE_WORDS.split()
CHINESE_PLACES, CHINESE_TRADES = CHINESE_PLACE_WORDS.split(), CHINESE_TRADE_WORDS.split()


def person_name(random: Random, *, chinese: bool) -> str:
    """The name of a person, the family name where the language has it."""
    if chinese:
        return random.choice(CHINESE_FAMILY) + random.choice(CHINESE_GIVEN)
    return f"{random.choice(GIVEN)} {random.choice(FAMILY)}"


def business_name(random: Random, *, chinese: bool) -> str:
    """The name of a company with its legal form."""
    if chinese:
        return f"{random.choice(CHINESE_PLACES)}{random.choice(CHINESE_TRADES)}有限公司"
    before, after = random.choice(TRADES)
    form = random.choice(LEGAL_FORMS)
    if random.random() < 0.5:
        return f"{before} {random.choice(FAMILY)} {form}"
    return f"{random.choice(PLACES)} {after} {form}"
