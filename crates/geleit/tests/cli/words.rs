//! What people see: tables, notes and errors, word for word.

use insta::assert_snapshot;

use crate::common::{Place, Said, geleit, run};
use crate::formats::first_part;
use crate::{ORDERS, imported};

/// What an import says, without how long it took.
fn without_seconds(said: &Said, place: &Place) -> String {
    let text = said.plain(place);
    let (start, rest) = text.split_once(" read in ").expect("it says how long it took");
    format!("{start} read in [time]{}", &rest[rest.find(':').unwrap()..])
}

#[test]
fn an_import_says_what_became_of_every_row_and_stores_none_twice() {
    let place = Place::new();
    place.file("orders.csv", ORDERS);
    assert_snapshot!(without_seconds(&place.run("import orders.csv"), &place), @r"
    exit 0
    7 rows read in [time]: 6 stored, 0 were stored before, 1 in quarantine.
    Now 3 customers at 3 touchpoints.
    Rows in quarantine: geleit quarantine list --data DIR
    ");
    // Another file with a row more: rows are known by what they say.
    place.file("more.csv", format!("{ORDERS}dan,home,2026-03-03 08:00:00\n"));
    assert_snapshot!(without_seconds(&place.run("import more.csv"), &place), @r"
    exit 0
    8 rows read in [time]: 1 stored, 6 were stored before, 1 in quarantine.
    Now 4 customers at 3 touchpoints.
    Rows in quarantine: geleit quarantine list --data DIR
    ");
    let again = place.json("import orders.csv --json");
    assert_eq!((&again["read"], &again["stored"], &again["duplicates"]), (&7.into(), &0.into(), &7.into()), "{again}");
}

#[test]
fn a_dry_run_tells_how_the_file_would_be_read_and_stores_nothing() {
    let place = Place::new();
    place.file("orders.csv", ORDERS);
    let told = place.json("import orders.csv --dry-run");
    let file = &told["files"][0];
    let figures = ["rows", "would_be_stored", "would_be_quarantined"].map(|name| file[name].as_u64().unwrap());
    assert_eq!(figures, [7, 6, 1]);
    let columns = file["plan"]["columns"].as_array().unwrap();
    let roles =
        columns.iter().map(|column| format!("{} is {}: {}\n", column["name"], column["role"], column["reason"]));
    assert_snapshot!(roles.collect::<String>(), @r#"
    "client" is "customer": "by its name"
    "step" is "touchpoint": "by its name"
    "at" is "time": "called like a time, and holds times"
    "#);
    assert_snapshot!(file["first_faults"].to_string(), @r#"["line 8, column at: \"not a time\" is not a time such as 2026-11-22 14:05:00"]"#);
    assert!(!place.data().exists());
}

#[test]
fn questions_are_answered_in_tables() {
    let place = imported();
    assert_snapshot!(place.run("mine graph").plain(&place), @r"
    exit 0
    3 journeys, 6 events (whole)

    nodes:
    touchpoint  occurrences  customers  starts  ends
    home                  3          3       3     1
    cart                  2          2       0     1
    order                 1          1       0     1

    edges:
    from  to     occurrences  customers  journeys  wait min  wait mean  wait median  wait q95  wait max
    home  cart             2          2         2      60 s    5.5 min      5.5 min   9.6 min  10.0 min
    cart  order            1          1         1   2.0 min    2.0 min      2.0 min   2.0 min   2.0 min
    ");
    assert_snapshot!(place.run("mine variants --journey gap:90s").plain(&place), @r"
    exit 0
    5 journeys, 4 variants (gap:90s; top 20)

    journeys   share            cumulative share  touchpoints
           2  40.0 %  ████████            40.0 %  home
           1  20.0 %  ████                60.0 %  cart
           1  20.0 %  ████                80.0 %  home > cart
           1  20.0 %  ████               100.0 %  order
    ");
    assert_snapshot!(place.run("mine transitions --from 2026-03-02 --to 2026-03-02T10:00:00Z").plain(&place), @r"
    exit 0
    1 journey, 1 transition (whole; from 2026-03-02T00:00:00Z; to 2026-03-02T10:00:00Z)

    pairs:
    from  to    count  unique journeys  share of total  avg per journey  proba out                        proba in  time median  time q95
    home  cart      1                1         100.0 %            1.000    100.0 %  ████████████████████   100.0 %     10.0 min  10.0 min

    touchpoints:
    touchpoint  outgoing  incoming
    cart               0         1
    home               1         0
    ");
    assert_snapshot!(place.run("quarantine list").plain(&place), @r#"
    exit 0
    fault     state  items
    bad_time  open       1

    item  source  fault     reason
       1  import  bad_time  line 8, column at: "not a time" is not a time such as 2026-11-22 14:05:00
    "#);
    assert_snapshot!(place.run("touchpoints").plain(&place), @r"
    exit 0
    6 of 6 events (100.0 %) match no rule of mapping version 0.

    discovered  source  channel     events  latest example
    home        import  (not said)       3  {}
    cart        import  (not said)       2  {}
    order       import  (not said)       1  {}
    ");
}

#[test]
fn a_row_in_quarantine_is_repaired_and_counts() {
    let place = imported();
    let patch = r#"[{"op":"replace","path":"/row/at","value":"2026-03-02 12:05:00"}]"#;
    let repair = |flag: &[&str]| {
        let mut command = geleit(["quarantine", "repair", "--code", "bad_time", "--patch", patch]);
        run(command.args(flag).arg("--data").arg(place.data())).plain(&place)
    };
    assert_snapshot!(repair(&["--dry-run"]), @r"
    exit 0
    1 would be repaired (0 of them were stored before)
    ");
    assert_eq!(place.json("mine graph --json")["events"], 6);
    assert_snapshot!(repair(&[]), @r"
    exit 0
    1 repaired (0 of them were stored before)
    ");
    let graph = place.json("mine graph --json");
    assert_eq!((&graph["events"], &graph["edges"][0]["occurrences"]), (&7.into(), &3.into()), "{graph}");
    assert_snapshot!(place.run("quarantine list").plain(&place), @r"
    exit 0
    fault     state     items
    bad_time  repaired      1

    item  source  fault  reason
    ");
    place.assert_replay_equals_live();
}

#[test]
fn every_refusal_is_one_clear_line_and_an_exit_code() {
    let place = imported();
    let said: Vec<String> = [
        "import orders.csv --customer nobody",
        "import orders.csv --time-zone Mars/Olympus",
        "import orders.csv --format doc",
        "import orders.csv --customer-kind Who?",
        "import nothing.csv",
        "mine graph --journey gap:30",
        "mine graph --journey often",
        "mine graph --from yesterday",
        "token create --role king",
        "token revoke 77",
        "source rotate --name nobody",
        "quarantine show 99",
        "quarantine repair 99",
        "quarantine repair",
        "plans compare mapping/default",
        "plans restore till --version 1",
        "plans apply nowhere",
        "backup data",
        "restore nowhere",
        "serve --listen nowhere",
        "serve --log loud=very",
    ]
    .iter()
    .map(|arguments| format!("$ geleit {arguments}\n{}\n", place.run(arguments).plain(&place)))
    .collect();
    assert_snapshot!(said.concat(), @r#"
    $ geleit import orders.csv --customer nobody
    exit 1
    stderr: geleit: orders.csv: has no column "nobody" (customer); columns found: client, step, at
    $ geleit import orders.csv --time-zone Mars/Olympus
    exit 2
    stderr: geleit: --time-zone: "Mars/Olympus" is no time zone: failed to find time zone `Mars/Olympus` in time zone database
    $ geleit import orders.csv --format doc
    exit 2
    stderr: geleit: --format: "doc" is none of csv, jsonl, parquet, xes, ocel, cloudevents, xlsx
    $ geleit import orders.csv --customer-kind Who?
    exit 2
    stderr: geleit: --customer-kind: "Who?" is not a kind of identifier: lower case letters, digits and underscores, 40 at most
    $ geleit import nothing.csv
    exit 1
    stderr: geleit: nothing.csv: cannot be opened: No such file or directory (os error 2)
    $ geleit mine graph --journey gap:30
    exit 2
    stderr: geleit: journey: "30" is not a duration with a unit, such as 90s, 30m, 12h, 30d or 2w
    $ geleit mine graph --journey often
    exit 2
    stderr: geleit: journey: "often" is no journey rule: whole, gap:30m, start:a,b, end:c, start:a;end:c or case:order_id
    $ geleit mine graph --from yesterday
    exit 2
    stderr: geleit: --from: "yesterday" is not an RFC 3339 time such as 2026-11-22T10:00:00Z
    $ geleit token create --role king
    exit 2
    stderr: geleit: role: "king" is none of admin, manager, service, marketer, analyst, privacy
    $ geleit token revoke 77
    exit 1
    stderr: geleit: there is no valid token "77"
    $ geleit source rotate --name nobody
    exit 1
    stderr: geleit: there is no source "nobody"
    $ geleit quarantine show 99
    exit 1
    stderr: geleit: there is no item 99 in the quarantine
    $ geleit quarantine repair 99
    exit 1
    stderr: geleit: there is no open item in the quarantine "99"
    $ geleit quarantine repair
    exit 2
    stderr: geleit: which items? Give the number of one, or --patch with --code or --source for many
    $ geleit plans compare mapping/default
    exit 1
    stderr: geleit: mapping/default has no version 0
    $ geleit plans restore till --version 1
    exit 2
    stderr: geleit: "till" is not of the form KIND/NAME
    $ geleit plans apply nowhere
    exit 1
    stderr: geleit: nowhere holds no plans: expected files such as touchpoint/till.toml or mapping/default.toml
    $ geleit backup data
    exit 1
    stderr: geleit: data is there already: a backup goes into a folder of its own
    $ geleit restore nowhere
    exit 1
    stderr: geleit: [place]/data is not empty: a backup is restored into a directory of its own
    $ geleit serve --listen nowhere
    exit 2
    stderr: geleit: cannot listen at nowhere: invalid socket address
    $ geleit serve --log loud=very
    exit 2
    stderr: geleit: log: "loud=very": error parsing level filter: expected one of "off", "error", "warn", "info", "debug", "trace", or a number 0-5
    "#);

    let elsewhere = Place::new();
    let without =
        |arguments: &str| run(geleit(arguments.split_whitespace()).current_dir(elsewhere.root())).plain(&elsewhere);
    assert_snapshot!(without("mine graph"), @r#"
    exit 2
    stderr: geleit: which data directory? Give --data DIR, GELEIT_DATA, or data = "DIR" in the configuration file
    "#);
    assert_snapshot!(elsewhere.run("mine graph").plain(&elsewhere), @r#"
    exit 1
    stderr: geleit: there is no data directory "[place]/data"
    "#);
    assert!(!elsewhere.data().exists(), "a question makes no directory");
}

#[test]
fn a_directory_in_use_by_a_process_that_serves_nobody_is_told_with_its_number() {
    let place = imported();
    let directory = store::DataDirectory::existing(place.data()).unwrap();
    let _held = directory.lock().unwrap();
    let said = ["import orders.csv", "serve --listen 127.0.0.1:0", "quarantine discard 1"].map(|arguments| {
        let said =
            place.run(arguments).plain(&place).replace(&format!("process {}", std::process::id()), "process [pid]");
        format!("$ geleit {arguments}\n{said}\n")
    });
    assert_snapshot!(said.concat(), @r"
    $ geleit import orders.csv
    exit 1
    stderr: geleit: [place]/data is in use by process [pid], which listens nowhere: try again when it has ended
    $ geleit serve --listen 127.0.0.1:0
    exit 1
    stderr: geleit: [place]/data is in use by process [pid]
    $ geleit quarantine discard 1
    exit 1
    stderr: geleit: [place]/data is in use by process [pid], which listens nowhere: try again when it has ended
    ");
}

#[test]
fn a_missing_part_is_told_by_doctor_and_verify_and_a_restored_copy_is_whole() {
    let place = Place::new();
    place.file("orders.csv", "client,step,at\nada,home,2026-03-01 10:00:00\n");
    place.done("import orders.csv");
    assert_snapshot!(in_short(&place.run("doctor"), &place), @r"
    exit 0
          what          finding
    well  held by       nobody
    well  journal       1 events in 1 blocks
    well  plans         0 documents
    well  folded state  at block 1
    well  parts         1 rows in 1 parts
    ");
    let part = first_part(&place);
    std::fs::remove_file(&part).unwrap();
    assert_snapshot!(in_short(&place.run("doctor"), &place), @r"
    exit 1
          what          finding
    well  held by       nobody
    well  journal       1 events in 1 blocks
    well  plans         0 documents
    well  folded state  at block 1
    ILL   parts         1 of 1 parts are missing or have another size
    stderr: geleit: something is wrong with [place]/data
    ");
    assert_snapshot!(place.run("verify").plain(&place), @r"
    exit 1
    stderr: geleit: [place]/data/columns/bucket=046/window=2026/part-1-0.parquet: No such file or directory (os error 2)
    ");

    place.done("backup copy");
    let whole = Place::new();
    whole.done(&format!("restore {}", place.root().join("copy").display()));
    assert_snapshot!(whole.run("verify").plain(&whole), @r"
    exit 0
    replayed and compared  count
    events                     1
    identifiers                1
    links                      0
    redirects                  0
    refusals                   0
    signatures                 1
    rows in parts              1
    differences                0
    ");
    assert_eq!(whole.json("doctor --json")["ok"], true);
    assert_eq!(whole.json("mine graph --json")["events"], 1);
}

/// What doctor says up to the first comma of a line: sizes and times stand behind it.
fn in_short(said: &Said, place: &Place) -> String {
    let text = said.plain(place);
    let lines = text.lines().map(|line| line.split(',').next().unwrap());
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn wrong_usage_ends_with_2_and_points_to_help() {
    let place = Place::new();
    for arguments in ["mine dreams", "mine graph --journy whole", "import", "backup", "token create", ""] {
        let said = run(geleit(arguments.split_whitespace()).current_dir(place.root()));
        assert_eq!(said.code, Some(2), "{arguments}: {said:?}");
        assert!(said.err.contains("--help") && said.out.is_empty(), "{arguments}: {said:?}");
    }
    assert_snapshot!(place.run("mine graph --journy whole").plain(&place), @r"
    exit 2
    stderr: error: unexpected argument '--journy' found

      tip: a similar argument exists: '--journey'

    Usage: geleit mine graph --journey <RULE>

    For more information, try '--help'.
    ");
}

#[test]
fn every_command_has_help_with_an_example() {
    let place = Place::new();
    let help = run(&mut geleit(["--help"])).out;
    let commands: Vec<&str> = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next().filter(|name| !name.is_empty()))
        .collect();
    assert!(commands.len() > 12, "{help}");
    for command in commands.iter().filter(|command| !["help", "openapi"].contains(command)) {
        let said = place.run(&format!("{command} --help"));
        assert_eq!(said.code, Some(0), "{said:?}");
        assert!(said.out.contains(&format!("Example: geleit {command}")), "{command}: {}", said.out);
    }
}
