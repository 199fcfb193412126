//! Given names with what people call each other, by the generation in which they were common.
//!
//! Each list is ordered from frequent to rare; [`super::Names`] draws the front more often.

/// A given name and its short forms, separated by blanks.
pub(super) type Line = (&'static str, &'static str);

/// Germans born before 1960: women.
#[rustfmt::skip]
pub(super) const WOMEN_OLD: &[Line] = &[
    ("Ursula", "Uschi Ulla"), ("Monika", "Moni"), ("Renate", "Rena"), ("Brigitte", "Gitte Gitti"), ("Karin", ""),
    ("Helga", "Helgi"), ("Ingrid", "Inge"), ("Gisela", "Gisi"), ("Christa", "Chris"), ("Elisabeth", "Elli Lisa Sissi"),
    ("Bärbel", "Bärbi"), ("Angelika", "Geli Angela"), ("Gudrun", "Gudi"), ("Jutta", "Jutti"), ("Hannelore", "Hanne Lore"),
    ("Waltraud", "Traudl Waldi"), ("Käthe", "Kätchen"), ("Margarete", "Grete Gretel Marga"), ("Erika", "Eri"), ("Edith", "Edi"),
    ("Irmgard", "Irma Irmi"), ("Marianne", "Janne"), ("Rosemarie", "Rosi"), ("Annegret", "Anne"), ("Gertrud", "Trude Gerti"),
    ("Hildegard", "Hilde"), ("Ruth", ""), ("Christel", "Christl"), ("Heidemarie", "Heidi"), ("Lieselotte", "Lilo Lotte"),
    ("Ilse", "Ilschen"), ("Sigrid", "Siggi"), ("Barbara", "Babsi"), ("Eva", "Evi"), ("Doris", "Dorle"),
    ("Anneliese", "Anne Liesel"), ("Rita", ""), ("Elfriede", "Elfi"), ("Roswitha", "Rosi"), ("Sieglinde", "Linde"),
    ("Dörte", "Dörthe"), ("Inge", "Inga"), ("Frieda", "Friedel"), ("Herta", "Hertha"), ("Elke", ""),
    ("Ute", "Uta"), ("Maria", "Mia Mizzi"), ("Anna", "Anni Änne"), ("Johanna", "Hanna Hanni"), ("Martha", "Marthe"),
    ("Luise", "Lulu"), ("Magdalena", "Leni Magda"), ("Therese", "Resi"), ("Wilhelmine", "Minna Mine"), ("Adelheid", "Heidi"),
];

/// Germans born before 1960: men.
#[rustfmt::skip]
pub(super) const MEN_OLD: &[Line] = &[
    ("Peter", "Pit"), ("Hans", "Hansi"), ("Wolfgang", "Wolf Wolle"), ("Klaus", "Klausi"), ("Manfred", "Manni Fred"),
    ("Jürgen", "Jürg"), ("Günter", "Günni"), ("Horst", "Hotte"), ("Dieter", "Didi"), ("Heinz", "Heini"),
    ("Karl-Heinz", "Kalle Heinz"), ("Werner", ""), ("Bernd", ""), ("Helmut", "Helle"), ("Gerhard", "Gerd"),
    ("Rolf", ""), ("Walter", "Walli"), ("Rainer", ""), ("Uwe", ""), ("Friedrich", "Fritz Fred Friedel"),
    ("Josef", "Sepp Jupp"), ("Johannes", "Hans Hannes Jo"), ("Georg", "Schorsch"), ("Siegfried", "Siggi Sigi"), ("Joachim", "Jochen Achim Jo"),
    ("Herbert", "Berti"), ("Kurt", "Kurti"), ("Rudolf", "Rudi Rolf"), ("Heinrich", "Heiner Heinz Hein"), ("Wilhelm", "Willi Wim"),
    ("Reinhard", "Reini"), ("Eberhard", "Ebi Hardy"), ("Volker", ""), ("Hartmut", "Hardy"), ("Ernst", "Erni"),
    ("Ulrich", "Uli"), ("Franz", "Franzl"), ("Alfred", "Fred Alf"), ("Erwin", ""), ("Otto", "Ottl"),
    ("Paul", "Pauli"), ("Hermann", "Männe"), ("Erich", ""), ("Albert", "Bert Albi"), ("Richard", "Ricky"),
    ("Rüdiger", "Rüdi"), ("Hans-Jürgen", "Hajü Hans"), ("Karl", "Kalle Charly"), ("Götz", ""), ("Konrad", "Conny Kuno"),
    ("Ludwig", "Lutz Wiggerl"), ("Gustav", "Gustl"), ("August", "Gust"), ("Theodor", "Theo"), ("Ferdinand", "Ferdi"),
];

/// Germans born from 1960 to 1984: women.
#[rustfmt::skip]
pub(super) const WOMEN_MIDDLE: &[Line] = &[
    ("Sabine", "Bine Sabi"), ("Susanne", "Susi Sanne"), ("Petra", "Peti"), ("Andrea", "Andi"), ("Claudia", "Claudi"),
    ("Birgit", "Biggi Gitti"), ("Stefanie", "Steffi Stefi"), ("Nicole", "Nicki"), ("Anja", ""), ("Martina", "Tina"),
    ("Ulrike", "Ulli Rike"), ("Heike", ""), ("Silke", ""), ("Kerstin", "Kersti"), ("Katrin", "Kati"),
    ("Tanja", ""), ("Sandra", "Sandy"), ("Melanie", "Mel Melli"), ("Anke", ""), ("Simone", "Simi Mone"),
    ("Gabriele", "Gabi"), ("Christine", "Tine Christl"), ("Bettina", "Betty Tina"), ("Cornelia", "Conny Nele"), ("Daniela", "Dani"),
    ("Manuela", "Manu"), ("Silvia", "Silvi"), ("Kathrin", "Kathi"), ("Yvonne", "Yvi"), ("Nadine", "Nadi"),
    ("Katja", "Kati"), ("Britta", "Britt"), ("Carolin", "Caro Line"), ("Annette", "Netti"), ("Sonja", ""),
    ("Christina", "Tina Chrissi"), ("Jana", "Jani"), ("Bianca", "Bibi"), ("Alexandra", "Alex Sandra"), ("Antje", ""),
    ("Sylvia", "Sylvi"), ("Michaela", "Michi Ela"), ("Maike", ""), ("Dagmar", "Daggi"), ("Marion", ""),
    ("Regina", "Gina"), ("Iris", ""), ("Beate", "Bea"), ("Astrid", "Assi"), ("Kirsten", "Kiki"),
    ("Jeannette", "Jenny"), ("Franziska", "Franzi Ziska"), ("Barbara", "Babsi Bärbel"), ("Eva-Maria", "Eva Evi"), ("Constanze", "Conni Stanzi"),
];

/// Germans born from 1960 to 1984: men.
#[rustfmt::skip]
pub(super) const MEN_MIDDLE: &[Line] = &[
    ("Thomas", "Tom Tommi"), ("Michael", "Michi Micha Mike"), ("Andreas", "Andi Andy"), ("Stefan", "Steff Stefi"), ("Frank", "Franky"),
    ("Jörg", "Jogi"), ("Markus", "Mark Maggus"), ("Torsten", "Totti"), ("Ralf", "Ralle"), ("Dirk", ""),
    ("Matthias", "Matze Hias"), ("Martin", "Maddin"), ("Oliver", "Oli Olli"), ("Christian", "Chris"), ("Sven", ""),
    ("Holger", "Holgi"), ("Jens", ""), ("Axel", ""), ("Carsten", ""), ("Thorsten", "Totti"),
    ("Alexander", "Alex Sascha"), ("Daniel", "Dani Dan"), ("Christoph", "Chris Stoffel"), ("Lars", ""), ("Björn", ""),
    ("Marco", ""), ("Ingo", ""), ("Kai", ""), ("Olaf", ""), ("Dennis", "Denny"),
    ("Sebastian", "Basti Seb"), ("Jan", "Janni"), ("Mario", ""), ("Guido", ""), ("Heiko", ""),
    ("Roland", "Rolli"), ("Bernhard", "Bernie Hardy"), ("Norbert", "Nobbi"), ("Robert", "Rob Robbi"), ("Stephan", "Steff"),
    ("Sören", ""), ("André", ""), ("René", ""), ("Marcel", ""), ("Tobias", "Tobi"),
    ("Steffen", "Steff"), ("Mirko", ""), ("Nils", ""), ("Timo", ""), ("Hendrik", "Henk"),
    ("Harald", "Harry"), ("Detlef", "Detti"), ("Udo", ""), ("Lothar", ""), ("Ulf", ""),
];

/// Germans born from 1985 on: women.
#[rustfmt::skip]
pub(super) const WOMEN_YOUNG: &[Line] = &[
    ("Anna", "Anni Annika"), ("Julia", "Jule Juli"), ("Laura", "Lauri"), ("Lisa", "Lissi"), ("Lena", "Leni"),
    ("Sarah", "Sari"), ("Katharina", "Kathi Katha Kati"), ("Hannah", "Hanni"), ("Marie", "Mariechen"), ("Sophie", "Soph Fipsi"),
    ("Lea", ""), ("Johanna", "Jojo Hanna"), ("Theresa", "Resi Resa"), ("Vanessa", "Nessi"), ("Jasmin", "Jessi"),
    ("Jessica", "Jessi"), ("Luisa", "Lulu Isa"), ("Amelie", "Amy Melli"), ("Mia", ""), ("Emma", "Emmi"),
    ("Clara", "Clärchen"), ("Charlotte", "Lotte Lotti Charly"), ("Paula", "Pauli"), ("Nina", ""), ("Lara", ""),
    ("Alina", "Ali"), ("Antonia", "Toni"), ("Maja", ""), ("Greta", "Gretchen"), ("Frieda", "Fritzi"),
    ("Ronja", ""), ("Josephine", "Josi Fine"), ("Elisa", "Elli"), ("Jana", ""), ("Pia", ""),
    ("Miriam", "Miri Mimi"), ("Magdalena", "Lena Leni"), ("Viktoria", "Vicky Vika"), ("Helena", "Leni Lena"), ("Isabel", "Isa Bella"),
    ("Zoë", ""), ("Merle", ""), ("Fiona", "Fio"), ("Carla", "Carli"), ("Mathilda", "Tilda"),
    ("Ida", ""), ("Romy", ""), ("Leonie", "Leo Leni"), ("Melina", "Meli"), ("Franziska", "Franzi"),
    ("Rebecca", "Becky Becca"), ("Annika", "Anni"), ("Svenja", "Svenni"), ("Milena", "Leni"), ("Renée", ""),
];

/// Germans born from 1985 on: men.
#[rustfmt::skip]
pub(super) const MEN_YOUNG: &[Line] = &[
    ("Lukas", "Luke"), ("Jan", "Janni"), ("Tim", "Timmi"), ("Felix", ""), ("Maximilian", "Max Maxi"),
    ("Jonas", "Joni"), ("Leon", "Leo"), ("Paul", "Pauli"), ("Philipp", "Phil"), ("Niklas", "Nik Niki"),
    ("Moritz", "Mo Moritzl"), ("Fabian", "Fabi"), ("Florian", "Flo Flori"), ("Julian", "Juli"), ("Simon", "Simi"),
    ("David", "Dave"), ("Jakob", "Jakki"), ("Benjamin", "Ben Benni"), ("Noah", ""), ("Elias", "Eli"),
    ("Finn", ""), ("Luca", ""), ("Nico", ""), ("Tom", "Tommi"), ("Johannes", "Hannes Jo"),
    ("Emil", ""), ("Anton", "Toni"), ("Oskar", "Ossi"), ("Theo", ""), ("Henri", ""),
    ("Patrick", "Paddy Pat"), ("Kevin", "Kev"), ("Marvin", ""), ("Dominik", "Dom Nik"), ("Lennart", "Lenni"),
    ("Jannik", "Nik Janni"), ("Vincent", "Vince"), ("Konstantin", "Konsti"), ("Valentin", "Valli"), ("Samuel", "Sam"),
    ("Till", ""), ("Mats", ""), ("Jonathan", "Joni Jonny"), ("Raphael", "Raffi"), ("Leopold", "Poldi Leo"),
    ("Gabriel", "Gabi"), ("Linus", ""), ("Erik", "Ricki"), ("Hannes", ""), ("Robin", "Rob"),
    ("Marius", ""), ("Kilian", "Kili"), ("Bastian", "Basti"), ("Joshua", "Josh"), ("Bruno", ""),
];

/// Women of families that came from Turkey.
#[rustfmt::skip]
pub(super) const WOMEN_TURKISH: &[Line] = &[
    ("Ayşe", ""), ("Fatma", "Fatoş"), ("Emine", ""), ("Zeynep", "Zeyno"), ("Elif", ""), ("Hatice", ""), ("Merve", ""),
    ("Esra", ""), ("Gülsüm", "Gül"), ("Özlem", ""), ("Sevgi", ""), ("Büşra", ""), ("Leyla", ""), ("Nur", ""), ("Derya", ""),
];

/// Men of families that came from Turkey.
#[rustfmt::skip]
pub(super) const MEN_TURKISH: &[Line] = &[
    ("Mehmet", "Memo"), ("Mustafa", "Mustı"), ("Ali", ""), ("Ahmet", ""), ("Yusuf", ""), ("Murat", ""), ("Hakan", ""),
    ("Emre", ""), ("Can", ""), ("Hüseyin", ""), ("Ömer", ""), ("Kemal", ""), ("Deniz", ""), ("Burak", ""), ("Serkan", ""),
];

/// Women of families that came from the east and the south of Europe.
#[rustfmt::skip]
pub(super) const WOMEN_EUROPEAN: &[Line] = &[
    ("Agnieszka", "Aga"), ("Katarzyna", "Kasia"), ("Małgorzata", "Gosia"), ("Olga", "Olja"), ("Natalia", "Natascha"),
    ("Irina", "Ira"), ("Elena", "Lena"), ("Giulia", "Giuli"), ("Francesca", "Franca"), ("Ana", "Anica"),
    ("Ivana", "Iva"), ("Dragana", "Gaga"), ("Eleni", ""), ("Tatjana", "Tanja"), ("Swetlana", "Sweta"),
];

/// Men of families that came from the east and the south of Europe.
#[rustfmt::skip]
pub(super) const MEN_EUROPEAN: &[Line] = &[
    ("Piotr", ""), ("Krzysztof", "Krzysiek"), ("Tomasz", "Tomek"), ("Andrzej", ""), ("Wladimir", "Wowa"),
    ("Alexej", "Aljoscha"), ("Dmitri", "Dima"), ("Giuseppe", "Peppe"), ("Antonio", "Toni"), ("Luigi", "Gigi"),
    ("Goran", ""), ("Zoran", ""), ("Nikos", ""), ("Ivan", ""), ("José", "Pepe"),
];

/// British women.
#[rustfmt::skip]
pub(super) const WOMEN_BRITISH: &[Line] = &[
    ("Amelia", "Amy Millie"), ("Isla", ""), ("Charlotte", "Lottie Charlie"), ("Emily", "Em Emmy"), ("Freya", ""),
    ("Elizabeth", "Liz Beth Lizzie"), ("Margaret", "Maggie Peggy"), ("Susan", "Sue Susie"), ("Katherine", "Kate Kathy"), ("Rebecca", "Becky"),
    ("Siân", ""), ("Niamh", ""), ("Victoria", "Vicky Tori"), ("Jennifer", "Jen Jenny"), ("Patricia", "Pat Trish"),
    ("Sarah", "Sally"), ("Alice", "Ali"), ("Hannah", ""), ("Georgina", "Georgie"), ("Chloë", ""),
    ("Deborah", "Debbie"), ("Jacqueline", "Jackie"), ("Samantha", "Sam"), ("Zara", ""), ("Priya", ""),
];

/// British men.
#[rustfmt::skip]
pub(super) const MEN_BRITISH: &[Line] = &[
    ("Oliver", "Ollie"), ("William", "Will Bill Billy"), ("James", "Jim Jamie"), ("Robert", "Bob Rob Bobby"), ("Edward", "Ted Ed Eddie"),
    ("Thomas", "Tom"), ("George", ""), ("Harry", ""), ("Jack", ""), ("Arthur", "Art"),
    ("Alfie", ""), ("Callum", "Cal"), ("Richard", "Dick Rich Rick"), ("Michael", "Mike Mick"), ("Christopher", "Chris Kit"),
    ("Anthony", "Tony"), ("Andrew", "Andy Drew"), ("Benjamin", "Ben"), ("Daniel", "Dan Danny"), ("Joseph", "Joe"),
    ("Matthew", "Matt"), ("Nicholas", "Nick"), ("Samuel", "Sam"), ("Imran", ""), ("Dafydd", "Dai"),
];
