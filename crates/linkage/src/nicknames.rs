//! Call names and the names they stand for, German and English, as common knowledge has them. Each line is one group:
//! its first name in full, then what its bearers are called. A name may stand in several groups.

use std::sync::LazyLock;

use hashbrown::HashMap;

/// The groups; names as [`crate::normalise::name`] writes them.
const GROUPS: &[&[&str]] = &[
    &["alexander", "alex", "sascha", "sasha", "xander", "lex"],
    &["alexandra", "alex", "sandra", "sascha", "alexa"],
    &["andreas", "andi", "andy", "andre"],
    &["angelika", "angela", "geli", "angie"],
    &["anna", "anne", "anni", "anja", "annika", "annette"],
    &["annemarie", "anne", "anni", "annemie"],
    &["anton", "toni", "tony"],
    &["barbara", "babs", "barbel", "barb", "barbie"],
    &["benjamin", "ben", "benni", "benny"],
    &["bernhard", "bernd", "berni", "berndt"],
    &["birgit", "birgitta", "gitta", "biggi"],
    &["brigitte", "gitte", "gitta", "biggi"],
    &["carl", "karl", "charly", "kalle"],
    &["charles", "charlie", "chuck", "chas", "carl"],
    &["christian", "chris", "christoph"],
    &["christina", "tina", "chris", "christine", "christel"],
    &["christine", "tina", "chris", "christa", "christel", "christl"],
    &["christoph", "chris", "christof", "christopher"],
    &["christopher", "chris", "kit", "topher"],
    &["daniel", "dani", "danny", "dan"],
    &["daniela", "dani"],
    &["david", "dave", "davy"],
    &["deborah", "debbie", "deb", "debra"],
    &["dieter", "didi", "dietrich"],
    &["dominik", "domi", "nick"],
    &["dorothea", "doro", "dorothee", "thea", "dora"],
    &["edith", "edi"],
    &["eduard", "edi", "edgar", "ede"],
    &["edward", "ed", "eddie", "ted", "teddy", "ned"],
    &["eleonore", "ella", "lore", "nora"],
    &["elisabeth", "elli", "elly", "lisa", "lisbeth", "elsa", "else", "elsbeth", "sissi", "betty", "ella", "liesel"],
    &["elizabeth", "liz", "lizzie", "beth", "betty", "eliza", "bess", "libby", "elsie"],
    &["emil", "emilio"],
    &["ernst", "ernie"],
    &["eva", "evi"],
    &["felix", "lix"],
    &["ferdinand", "ferdi", "nando"],
    &["florian", "flo", "flori"],
    &["franz", "franzl"],
    &["franziska", "franzi", "fanny", "sissi"],
    &["frederick", "fred", "freddie", "freddy"],
    &["friedrich", "fritz", "fred", "fiete", "friedel"],
    &["gabriele", "gabi", "gaby"],
    &["georg", "schorsch", "jorg"],
    &["gerhard", "gerd", "gert", "hardy"],
    &["gertrud", "trude", "traudl", "gerti"],
    &["gisela", "gisi"],
    &["gregory", "greg"],
    &["gunther", "gunter"],
    &["hannelore", "hanne", "lore"],
    &["hans", "johannes", "johann", "hannes", "hansi"],
    &["heinrich", "heinz", "heiner", "hein", "hinnerk"],
    &["helmut", "helle"],
    &["henry", "harry", "hank", "hal"],
    &["hermann", "menne"],
    &["hildegard", "hilde", "hilla"],
    &["ingeborg", "inge"],
    &["ingrid", "inge"],
    &["isabella", "isa", "bella", "isabel"],
    &["jakob", "jacob", "jake", "jockel", "kobi"],
    &["james", "jim", "jimmy", "jamie", "jem"],
    &["jan", "johannes", "johann"],
    &["jennifer", "jenny", "jenni", "jen"],
    &["joachim", "jochen", "achim", "jo"],
    &["johanna", "hanna", "hannah", "jo"],
    &["john", "jack", "johnny", "jon"],
    &["jonathan", "jon", "nathan", "jonny"],
    &["joseph", "jo", "joy"],
    &["josef", "sepp", "jupp", "joschi", "jo", "peppi"],
    &["jurgen", "jurg", "jogi"],
    &["julia", "jule", "juli"],
    &["juliane", "jule", "jana"],
    &["karin", "karen"],
    &["karoline", "caro", "line", "caroline", "karo"],
    &["carolin", "caro", "caroline", "karolin"],
    &["katharina", "kathi", "kati", "katja", "kathrin", "katrin", "kathe", "tina", "nina", "cathrin"],
    &["katherine", "kate", "kathy", "katie", "kay", "kitty", "kathryn"],
    &["kenneth", "ken", "kenny"],
    &["klaus", "nikolaus", "claus", "niko"],
    &["konrad", "conny", "kurt"],
    &["kristina", "tina", "kris"],
    &["leonard", "leo", "len", "lenny"],
    &["leonhard", "leo", "hardy"],
    &["lieselotte", "lilo", "lotte", "liesel", "lotti"],
    &["ludwig", "lutz", "luis", "wiggerl", "lude"],
    &["magdalena", "lena", "leni", "magda"],
    &["manfred", "manni", "manne", "fred"],
    &["manula", "manu", "ela"],
    &["margarete", "grete", "gretel", "gretchen", "marga", "margret", "rita", "greta", "margarethe"],
    &["margaret", "maggie", "meg", "peggy", "marge", "daisy", "greta"],
    &["maria", "mia", "mariechen", "ria", "marie", "mitzi"],
    &["marianne", "marie", "janne"],
    &["martina", "tina"],
    &["mathilde", "tilda", "tilde", "hilde"],
    &["matthew", "matt", "matty"],
    &["matthias", "matze", "matti", "hias", "mathias", "matz"],
    &["maximilian", "max", "maxi"],
    &["melanie", "mel", "melli"],
    &["michal", "michi", "micha", "mike", "mick", "mickey", "mischa"],
    &["michala", "michi", "micha", "ela"],
    &["monika", "moni", "mona"],
    &["nicholas", "nick", "nicky", "nico"],
    &["nicole", "nici", "nicki", "niki"],
    &["nikolaus", "klaus", "niko", "nick", "nils"],
    &["oliver", "olli", "oli", "olly"],
    &["pamela", "pam"],
    &["patricia", "pat", "patty", "tricia", "trish"],
    &["patrick", "pat", "paddy", "patti"],
    &["peter", "pete", "pit", "piet"],
    &["petra", "pe"],
    &["philipp", "phil", "lipp"],
    &["rainer", "reiner"],
    &["rebecca", "becky", "becca", "bekki"],
    &["regina", "gina"],
    &["reinhard", "reini", "hardy"],
    &["renate", "nate", "reni"],
    &["richard", "rick", "dick", "rich", "ricky", "ritchie"],
    &["robert", "rob", "bob", "bobby", "bert", "robbie", "robin"],
    &["roland", "rolli"],
    &["ronald", "ron", "ronnie"],
    &["rosemarie", "rosi", "romy", "rose"],
    &["rudolf", "rudi", "rolf"],
    &["sabine", "bine", "sabi"],
    &["samantha", "sam"],
    &["samul", "sam", "sammy"],
    &["sebastian", "basti", "bastian", "seb"],
    &["siegfried", "siggi", "sigi"],
    &["sigrid", "siggi", "sigi"],
    &["silke", "silki"],
    &["simone", "simi", "mone"],
    &["sophie", "sofie", "soph"],
    &["stefan", "steffen", "stephan", "steff"],
    &["stefanie", "steffi", "steffie", "stephanie", "fanny"],
    &["stephen", "steve", "stevie", "steven"],
    &["susanne", "susi", "sanne", "suse", "susie", "susan"],
    &["susan", "su", "susie", "suzy"],
    &["theodor", "theo", "teddy"],
    &["theresa", "resi", "tess", "terry", "tessa"],
    &["theresia", "resi", "thea"],
    &["thomas", "tom", "tommy", "thommy", "tim"],
    &["timothy", "tim", "timmy"],
    &["tobias", "tobi"],
    &["ulrich", "uli", "ulli"],
    &["ulrike", "uli", "ulli", "rike"],
    &["ursula", "uschi", "ursel", "ulla"],
    &["valentin", "vale", "tino"],
    &["veronika", "vroni", "vera", "roni"],
    &["victoria", "vicky", "vic", "tori"],
    &["viktoria", "vicky", "viki"],
    &["walter", "walther", "walt", "wally"],
    &["waltraud", "traudl", "wally", "traudel"],
    &["werner", "wern"],
    &["wilhelm", "willi", "willy", "wim", "will", "helm"],
    &["wilhelmine", "minna", "mina"],
    &["william", "bill", "will", "billy", "willie", "liam"],
    &["wolfgang", "wolf", "wolfi", "wolle"],
    &["yvonne", "yvi"],
    &["zachary", "zach", "zack"],
];

/// At most this many groups of one name are looked at.
pub(crate) const MOST_GROUPS: usize = 6;

/// Every name of the table with its groups, numbered from 1; 0 where there are no more.
static GROUPS_OF: LazyLock<HashMap<&'static str, [u8; MOST_GROUPS]>> = LazyLock::new(|| {
    let mut groups_of: HashMap<&str, [u8; MOST_GROUPS]> = HashMap::new();
    for (group, number) in GROUPS.iter().zip(1_u8..) {
        for name in *group {
            let groups = groups_of.entry(name).or_default();
            if let Some(free) = groups.iter_mut().find(|place| **place == 0) {
                *free = number;
            }
        }
    }
    groups_of
});

/// The groups a name stands in.
pub(crate) fn groups_of(name: &str) -> [u8; MOST_GROUPS] {
    GROUPS_OF.get(name).copied().unwrap_or_default()
}

/// True if two names stand in one group.
pub(crate) fn share_a_group(a: [u8; MOST_GROUPS], b: [u8; MOST_GROUPS]) -> bool {
    a.iter().any(|group| *group != 0 && b.contains(group))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn call_names_stand_with_their_full_names() {
        for (a, b, expected) in [
            ("matthias", "matze", true),
            ("johannes", "hans", true),
            ("susanne", "susi", true),
            ("franziska", "franzi", true),
            ("margarete", "grete", true),
            ("william", "bill", true),
            ("elizabeth", "liz", true),
            ("robert", "rob", true),
            ("anna", "peter", false),
            ("bill", "bob", false),
            ("", "", false),
        ] {
            assert_eq!(share_a_group(groups_of(a), groups_of(b)), expected, "{a} {b}");
        }
    }

    #[test]
    fn there_are_no_more_groups_than_numbers_and_all_names_are_normalised() {
        assert!(GROUPS.len() < 256, "{}", GROUPS.len());
        for name in GROUPS.iter().flat_map(|group| group.iter()) {
            assert_eq!(crate::normalise::name(name), *name);
            let groups = GROUPS.iter().filter(|group| group.contains(name)).count();
            assert!(groups <= MOST_GROUPS, "{name} stands in {groups} groups");
        }
    }
}
