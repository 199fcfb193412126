//! Streets and towns. Postcodes are of the kind that the towns have; which house stands where is invented.

/// A German town: name, first and last postcode of its range, people in ten thousands.
pub(super) type Town = (&'static str, u32, u32, u32);

#[rustfmt::skip]
pub(super) const TOWNS: &[Town] = &[
    ("Berlin", 10115, 14199, 370), ("Hamburg", 20095, 22769, 185), ("München", 80331, 81929, 150), ("Köln", 50667, 51149, 108),
    ("Frankfurt am Main", 60306, 60599, 77), ("Stuttgart", 70173, 70629, 63), ("Düsseldorf", 40210, 40629, 62),
    ("Leipzig", 4103, 4357, 61), ("Dortmund", 44135, 44388, 59), ("Essen", 45127, 45359, 58), ("Bremen", 28195, 28779, 57),
    ("Dresden", 1067, 1328, 56), ("Hannover", 30159, 30669, 54), ("Nürnberg", 90402, 90491, 52), ("Duisburg", 47051, 47279, 50),
    ("Bochum", 44787, 44894, 36), ("Wuppertal", 42103, 42399, 36), ("Bielefeld", 33602, 33739, 33), ("Bonn", 53111, 53229, 33),
    ("Münster", 48143, 48167, 32), ("Mannheim", 68159, 68309, 31), ("Karlsruhe", 76131, 76229, 31), ("Augsburg", 86150, 86199, 30),
    ("Wiesbaden", 65183, 65207, 28), ("Mönchengladbach", 41061, 41239, 26), ("Gelsenkirchen", 45879, 45899, 26),
    ("Aachen", 52062, 52080, 25), ("Braunschweig", 38100, 38126, 25), ("Kiel", 24103, 24159, 25), ("Chemnitz", 9111, 9131, 24),
    ("Halle (Saale)", 6108, 6132, 24), ("Magdeburg", 39104, 39130, 24), ("Freiburg im Breisgau", 79098, 79117, 23),
    ("Krefeld", 47798, 47839, 23), ("Mainz", 55116, 55131, 22), ("Lübeck", 23552, 23570, 22), ("Erfurt", 99084, 99099, 21),
    ("Oberhausen", 46045, 46149, 21), ("Rostock", 18055, 18147, 21), ("Kassel", 34117, 34134, 20), ("Hagen", 58089, 58135, 19),
    ("Potsdam", 14467, 14482, 18), ("Saarbrücken", 66111, 66133, 18), ("Hamm", 59063, 59077, 18), ("Ludwigshafen am Rhein", 67059, 67071, 17),
    ("Oldenburg", 26121, 26135, 17), ("Mülheim an der Ruhr", 45468, 45481, 17), ("Osnabrück", 49074, 49090, 17), ("Leverkusen", 51371, 51381, 16),
    ("Darmstadt", 64283, 64297, 16), ("Heidelberg", 69115, 69126, 16), ("Solingen", 42651, 42719, 16), ("Regensburg", 93047, 93059, 15),
    ("Herne", 44623, 44653, 15), ("Paderborn", 33098, 33106, 15), ("Neuss", 41460, 41472, 15), ("Ingolstadt", 85049, 85057, 14),
    ("Würzburg", 97070, 97084, 13), ("Fürth", 90762, 90768, 13), ("Göttingen", 37073, 37085, 12), ("Recklinghausen", 45657, 45665, 11),
    ("Gütersloh", 33330, 33335, 10), ("Tübingen", 72070, 72076, 9), ("Lüneburg", 21335, 21339, 8), ("Hürth", 50354, 50354, 6),
    ("Telgte", 48291, 48291, 2), ("Schwäbisch Gmünd", 73525, 73529, 6), ("Weißenfels", 6667, 6667, 4), ("Görlitz", 2826, 2828, 6),
    ("Bad Kreuznach", 55543, 55545, 5), ("Königs Wusterhausen", 15711, 15711, 4), ("Rüsselsheim am Main", 65428, 65428, 7),
];

/// First parts of street names, from frequent to rare. Those that end in a hyphen are people's full names.
#[rustfmt::skip]
pub(super) const STREETS: &[&str] = &[
    "Haupt", "Schul", "Garten", "Bahnhof", "Dorf", "Berg", "Birken", "Linden", "Wald", "Ring", "Wiesen", "Kirch", "Feld",
    "Mühlen", "Rosen", "Goethe", "Schiller", "Amsel", "Beethoven", "Mozart", "Ahorn", "Eichen", "Buchen", "Tannen",
    "Finken", "Lerchen", "Drossel", "Lessing", "Kant", "Park", "Markt", "Hof", "Brunnen", "Burg", "Höhen", "Sonnen",
    "Ufer", "Brücken", "Schloss", "Rathaus", "Industrie", "Friedhof", "Bach", "See", "Tal", "Hügel", "Bäcker", "Gerber",
    "Jahn", "Bismarck", "Wilhelm", "Friedrich", "Königs", "Kaiser", "Ost", "West", "Süd", "Nord", "Röntgen", "Uhland",
    "Mörike", "Eichendorff", "Dürer", "Händel", "Schubert", "Flieder", "Tulpen", "Nelken", "Erlen", "Pappel", "Kiefern",
    "Fichten", "Kastanien", "Holunder", "Schlehen", "Meisen", "Falken", "Storchen", "Hirten", "Weber", "Töpfer", "Müller",
    "Salz", "Alte Post", "Heinrich-Heine-", "Friedrich-Ebert-", "Anne-Frank-", "Karl-Marx-", "Albert-Einstein-",
    "Clara-Schumann-", "Robert-Koch-", "Käthe-Kollwitz-", "Geschwister-Scholl-", "Gerhart-Hauptmann-", "Ernst-Barlach-",
    "Sankt-Jürgen-",
];

/// What a street is, with how often out of a hundred.
pub(super) const ENDS: &[(&str, u32)] =
    &[("straße", 42), ("weg", 28), ("platz", 7), ("gasse", 7), ("ring", 5), ("allee", 6), ("ufer", 3), ("hof", 2)];

/// A British town: name and postcode area.
#[rustfmt::skip]
pub(super) const BRITISH_TOWNS: &[(&str, &str)] = &[
    ("London", "SE"), ("London", "NW"), ("Birmingham", "B"), ("Leeds", "LS"), ("Glasgow", "G"), ("Sheffield", "S"),
    ("Manchester", "M"), ("Edinburgh", "EH"), ("Liverpool", "L"), ("Bristol", "BS"), ("Cardiff", "CF"), ("Leicester", "LE"),
    ("Nottingham", "NG"), ("Newcastle upon Tyne", "NE"), ("Brighton", "BN"), ("York", "YO"), ("Oxford", "OX"),
    ("Cambridge", "CB"), ("Norwich", "NR"), ("Exeter", "EX"),
];

#[rustfmt::skip]
pub(super) const BRITISH_STREETS: &[&str] = &[
    "High", "Station", "Church", "Park", "Victoria", "Green", "Manor", "Kings", "Queens", "New", "Grange", "Mill",
    "London", "School", "North", "South", "West", "Alexandra", "Springfield", "George", "Chapel", "Orchard", "Richmond",
    "Windsor", "Albert", "Grove", "York", "Highfield", "Stanley", "Broad", "Bridge", "Castle", "Meadow", "Rectory",
    "Primrose", "St John's", "St Mary's", "Elm", "Oak", "Willow",
];

pub(super) const BRITISH_ENDS: &[(&str, u32)] =
    &[("Road", 38), ("Street", 24), ("Lane", 10), ("Avenue", 12), ("Close", 8), ("Drive", 8)];
