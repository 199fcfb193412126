//! Settings: a file, over it the environment, over both the flags.

use insta::assert_snapshot;

use crate::common::served::Served;
use crate::common::{Place, geleit, run};

#[test]
fn the_environment_goes_over_the_file_and_flags_go_over_both() {
    let place = Place::new();
    let file = place.file("geleit.toml", "data = \"from-file\"\n");
    let made = |environment: Option<&str>, flag: Option<&str>| {
        let mut command = geleit(["source", "create", "--name", "shop", "--config"]);
        command.arg(&file).current_dir(place.root());
        environment.map(|data| command.env("GELEIT_DATA", data));
        flag.map(|data| command.args(["--data", data]));
        assert_eq!(run(&mut command).code, Some(0));
        let mut made: Vec<String> = std::fs::read_dir(place.root())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.starts_with("from-"))
            .collect();
        made.sort();
        for folder in &made {
            std::fs::remove_dir_all(place.root().join(folder)).unwrap();
        }
        made
    };
    assert_eq!(made(None, None), ["from-file"]);
    assert_eq!(made(Some("from-environment"), None), ["from-environment"]);
    assert_eq!(made(Some("from-environment"), Some("from-flag")), ["from-flag"]);
}

#[test]
fn the_server_takes_its_settings_from_the_file_and_a_flag_can_take_them_back() {
    let place = Place::new();
    let file = place.file("geleit.toml", "listen = \"127.0.0.1:0\"\nmetrics_open = true\nlog = \"error\"\n");
    let configured = format!("--config {} --listen 127.0.0.1:0", file.display());
    let open = Served::start(&place, &configured);
    assert_eq!(open.get("", "/metrics").0, 200);
    open.stop();
    let closed = Served::start(&place, &format!("{configured} --metrics-open=false"));
    assert_eq!(closed.get("", "/metrics").0, 401);
    closed.stop();
}

#[test]
fn an_error_in_the_file_points_at_its_place() {
    let place = Place::new();
    let said = [
        "data = \"data\"\nqueue_mb = 3\n",
        "queue_mib = \"three\"\n",
        "log_format = \"xml\"\n",
        "listen = \n",
        "dedup_window = \"3\"\n",
        "dedup_window = \"3s\"\n",
        "mining_memory = \"2\"\n",
    ]
    .map(|content| {
        let file = place.file("geleit.toml", content);
        let said = run(geleit(["doctor", "--config"]).arg(file).current_dir(place.root()));
        format!("{}\n\n", said.plain(&place))
    });
    assert_snapshot!(said.concat(), @r#"
    exit 1
    stderr: geleit: [place]/geleit.toml: TOML parse error at line 2, column 1
      |
    2 | queue_mb = 3
      | ^^^^^^^^
    unknown field `queue_mb`, expected one of `data`, `dedup_window`, `queue_mib`, `tail_mib`, `mining_memory`, `mining_threads`, `max_upload`, `log`, `log_format`, `listen`, `behind_proxy`, `metrics_open`

    exit 1
    stderr: geleit: [place]/geleit.toml: TOML parse error at line 1, column 13
      |
    1 | queue_mib = "three"
      |             ^^^^^^^
    invalid type: string "three", expected usize

    exit 1
    stderr: geleit: [place]/geleit.toml: TOML parse error at line 1, column 14
      |
    1 | log_format = "xml"
      |              ^^^^^
    unknown variant `xml`, expected `text` or `json`

    exit 1
    stderr: geleit: [place]/geleit.toml: TOML parse error at line 1, column 10
      |
    1 | listen = 
      |          ^
    string values must be quoted, expected literal string

    exit 1
    stderr: geleit: [place]/geleit.toml: dedup_window: "3" is not a duration with a unit, such as 90s, 30m, 12h, 30d or 2w

    exit 1
    stderr: geleit: [place]/geleit.toml: dedup_window: "3s" is shorter than a minute: retries would be stored twice

    exit 1
    stderr: geleit: [place]/geleit.toml: mining_memory: "2" is not a number of bytes with a unit, such as 500MB, 2GB or 1.5GiB
    "#);
    let missing = run(geleit(["doctor", "--config", "nothing.toml"]).current_dir(place.root()));
    assert_snapshot!(missing.plain(&place), @r"
    exit 1
    stderr: geleit: nothing.toml: No such file or directory (os error 2)
    ");
    assert_snapshot!(run(geleit(["doctor"]).env("GELEIT_TAIL_MIB", "much")).plain(&place), @r"
    exit 2
    stderr: error: invalid value 'much' for '--tail-mib <MIB>': invalid digit found in string

    For more information, try '--help'.
    ");
}
