//! Surnames: the common ones, and parts from which some three thousand rarer ones are put together.

/// Common German surnames, from frequent to rare.
#[rustfmt::skip]
pub(super) const COMMON: &[&str] = &[
    "Müller", "Schmidt", "Schneider", "Fischer", "Weber", "Meyer", "Wagner", "Becker", "Schulz", "Hoffmann", "Schäfer",
    "Koch", "Bauer", "Richter", "Klein", "Wolf", "Schröder", "Neumann", "Schwarz", "Zimmermann", "Braun", "Krüger",
    "Hofmann", "Hartmann", "Lange", "Schmitt", "Werner", "Schmitz", "Krause", "Meier", "Lehmann", "Schmid", "Schulze",
    "Maier", "Köhler", "Herrmann", "König", "Walter", "Mayer", "Huber", "Kaiser", "Fuchs", "Peters", "Lang", "Scholz",
    "Möller", "Weiß", "Jung", "Hahn", "Schubert", "Vogel", "Friedrich", "Keller", "Günther", "Frank", "Berger", "Winkler",
    "Roth", "Beck", "Lorenz", "Baumann", "Franke", "Albrecht", "Schuster", "Simon", "Ludwig", "Böhm", "Winter", "Kraus",
    "Martin", "Schumacher", "Krämer", "Vogt", "Stein", "Jäger", "Otto", "Sommer", "Groß", "Seidel", "Heinrich", "Brandt",
    "Haas", "Schreiber", "Graf", "Schulte", "Dietrich", "Ziegler", "Kuhn", "Kühn", "Pohl", "Engel", "Horn", "Busch",
    "Bergmann", "Thomas", "Voigt", "Sauer", "Arnold", "Wolff", "Pfeiffer", "Ernst", "Lindner", "Jansen", "Hübner",
    "Kramer", "Nowak", "Beyer", "Haase", "Kirchner", "Böttcher", "Förster", "Kunz", "Paul", "Riedel", "Ott", "Marx",
    "Hansen", "Löffler", "Petersen", "Grimm", "Kaufmann", "Barth", "Lenz", "Mohr", "Dietz", "Reuter", "Ritter", "Nagel",
    "Thiel", "Bock", "Zimmer", "Kern", "Götz", "Behrens", "Hermann", "Wenzel", "Frey", "Seifert", "Schilling", "Fink",
    "Bach", "Voß", "Kurz", "Heinz", "Ullrich", "Rieger", "Strauß", "Süß", "Jahn", "Lutz", "Römer", "Adam", "Gärtner",
    "Kaminski", "Heller", "Maurer", "Bender", "Stark", "Schramm", "Kessler", "Schenk", "Schlüter", "Thiele", "Unger",
    "Ebert", "Rose", "Lüdtke", "Lüders", "Bühler", "Moser", "Brinkmann", "Hesse", "Geiger", "Rudolph", "Block", "Gerlach",
    "Heß", "Münch", "Ahrens", "Stahl", "Blum", "Kröger", "Eckert", "Löwe", "Röder", "Vetter", "Wendt", "Wirth", "Hagen",
    "Weiss", "Preuß", "Ebner", "Rösler", "Appel", "Straub", "Ackermann", "Fleischer", "Nickel", "Schön", "Büttner",
    "Freitag", "Hirsch", "Kiefer", "Schütz", "Oswald", "Jürgens", "Rauch", "Brückner", "Großmann", "Schütte", "Anders",
    "Conrad", "Kolb", "Reich", "Döring", "Sander", "Völker", "Hein", "Menzel", "Noack", "Kellner", "Übelacker", "Öhler",
    "von der Heide", "von Ahlen", "zur Mühlen", "Le Roux", "Nguyen", "Le", "Tran", "Schulze-Bär", "Meyer-Landwehr",
];

/// First parts of German compound surnames.
#[rustfmt::skip]
pub(super) const FRONT: &[&str] = &[
    "Stein", "Birken", "Linden", "Eichen", "Buchen", "Erlen", "Tannen", "Rosen", "Mühl", "Hoch", "Nieder", "Ober",
    "Unter", "Alten", "Neuen", "Lang", "Kron", "Sonn", "Stern", "Mohr", "Löw", "Wolf", "Bären", "Reh", "Hirsch", "Falken",
    "Adler", "Raben", "Amsel", "Gräfen", "König", "Bischof", "Mönch", "Ritter", "Schön", "Rot", "Weiß", "Schwarz", "Grün",
    "Blau", "Gold", "Silber", "Eisen", "Kupfer", "Glas", "Holz", "Feld", "Wald", "Wiesen", "Bruch", "Moor", "Heide",
    "Süd", "Nord", "West", "Osten", "Winter", "Sommer", "Korn", "Brenn",
];

/// Second parts of German compound surnames, written in small letters.
#[rustfmt::skip]
pub(super) const BACK: &[&str] = &[
    "mann", "bauer", "meier", "meyer", "müller", "huber", "hofer", "berger", "bach", "feld", "stein", "kötter", "kamp",
    "brink", "haus", "hagen", "horst", "rath", "loh", "böck", "jäger", "schmied", "vogt", "wirth", "burg", "dorf", "thal",
    "thaler", "brunn", "brunner", "egger", "reiter", "moser", "gruber", "häuser", "städter", "holz", "hölzer", "wald",
    "wälder", "garten", "gärtner", "mühl", "furth", "kirch", "kirchner", "hoff", "höfer", "kuhl", "kuhle", "busch",
    "büscher", "heim", "heimer",
];

#[rustfmt::skip]
pub(super) const TURKISH: &[&str] = &[
    "Yılmaz", "Kaya", "Demir", "Çelik", "Şahin", "Yıldız", "Yıldırım", "Öztürk", "Aydın", "Özdemir", "Arslan", "Doğan",
    "Kılıç", "Aslan", "Çetin", "Kara", "Koç", "Kurt", "Özkan", "Şimşek", "Polat", "Korkmaz", "Erdoğan", "Güneş", "Aktaş",
    "Bulut", "Karaca", "Taş", "Tekin", "Uçar",
];

#[rustfmt::skip]
pub(super) const EUROPEAN: &[&str] = &[
    "Kowalski", "Nowak", "Wiśniewski", "Wójcik", "Kamiński", "Lewandowski", "Zieliński", "Szymański", "Ivanov", "Petrov",
    "Schewtschenko", "Popov", "Rossi", "Russo", "Ferrari", "Esposito", "Bianchi", "Romano", "Horvat", "Marić", "Petrović",
    "Jovanović", "Novák", "Papadopoulos", "Costa", "Silva", "García", "Popescu", "Ionescu", "Kovács",
];

#[rustfmt::skip]
pub(super) const BRITISH: &[&str] = &[
    "Smith", "Jones", "Taylor", "Brown", "Williams", "Wilson", "Johnson", "Davies", "Robinson", "Wright", "Thompson",
    "Evans", "Walker", "White", "Roberts", "Green", "Hall", "Wood", "Jackson", "Clarke", "Patel", "Khan", "Hughes",
    "Edwards", "Turner", "Hill", "Moore", "Cooper", "Ward", "Morris", "Harrison", "King", "Baker", "Begum", "Murray",
    "O'Connor", "McDonald", "Singh", "Campbell", "Stewart", "Phillips", "Parker", "Bennett", "Collins", "Shaw", "Bell",
    "Foster", "Palmer", "Holmes", "Mills", "Grant", "Knight", "Fletcher", "Barker", "Hunt", "Dixon", "Fraser", "Llewellyn",
    "Ashworth", "Fairbairn",
];

/// Parts of rarer British surnames.
#[rustfmt::skip]
pub(super) const BRITISH_FRONT: &[&str] = &[
    "Ash", "Black", "Brad", "Brook", "Clay", "Cross", "East", "Fair", "Green", "Hart", "Hather", "Kings", "Lang", "Marl",
    "North", "Oak", "Rad", "Red", "Shel", "Stan", "Thorn", "Whit", "Win", "Wood",
];
#[rustfmt::skip]
pub(super) const BRITISH_BACK: &[&str] = &[
    "bourne", "bury", "by", "cliffe", "combe", "croft", "dale", "don", "field", "ford", "ham", "hurst", "ley", "low",
    "man", "more", "shaw", "stock", "ton", "well", "wick", "worth",
];
