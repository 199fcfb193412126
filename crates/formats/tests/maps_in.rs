//! Maps as others have drawn them.
#![allow(clippy::unwrap_used, reason = "what a test cannot unwrap fails it")]

use formats::{MapFormat, Note, NoteCode, Read, read_map};
use model::{Evidence, MapState};

fn read(format: MapFormat, text: &str) -> Read {
    read_map(format, "map", text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn refused(format: MapFormat, text: &str) -> String {
    read_map(format, "map", text.as_bytes()).unwrap_err().to_string()
}

/// `id: title [stage]` of each step.
fn steps(read: &Read) -> Vec<String> {
    let line = |step: &model::Step| format!("{}: {} [{}]", step.id, step.title, step.stage);
    read.map.step.iter().map(line).collect()
}

fn told(notes: &[Note], code: NoteCode) -> Vec<String> {
    notes.iter().filter(|note| note.code == code).map(ToString::to_string).collect()
}

#[test]
fn a_mermaid_journey_of_others_becomes_a_map() {
    let text = "\
---
title: Not this one
---
journey
    title My working day
    %% a remark
    Wake up: 2: Me
    section Go to work
      Make tea: 5: Me, Cat
      Go upstairs#58; slowly: 3
      Do work: 1.4: Me, The Cat: and what follows
    section Go home
      Go downstairs: 7: Me
      Sit down: : Me
";
    let read = read(MapFormat::Mermaid, text);
    assert_eq!(read.map.title, "My working day");
    assert_eq!(
        steps(&read),
        [
            "wake-up: Wake up []",
            "make-tea: Make tea [go-to-work]",
            "go-upstairs-slowly: Go upstairs: slowly [go-to-work]",
            "do-work: Do work [go-to-work]",
            "go-downstairs: Go downstairs [go-home]",
            "sit-down: Sit down [go-home]",
        ]
    );
    assert_eq!(read.map.personas, ["me", "cat", "the-cat"]);
    let moods: Vec<String> = read.map.step.iter().map(|step| format!("{:?}", step.emotion)).collect();
    assert_eq!(
        moods,
        [
            "{\"me\": -1}",
            "{\"cat\": 2, \"me\": 2}",
            "{\"all\": 0}",
            "{\"me\": -2, \"the-cat\": -2}",
            "{\"me\": 2}",
            "{}"
        ]
    );
    assert_eq!(
        told(&read.notes, NoteCode::Changed),
        [
            "line 11: score 1.4 is mood -2, a whole number from -2 to 2",
            "line 13: score 7 is mood 2, a whole number from -2 to 2"
        ]
    );
    assert_eq!(told(&read.notes, NoteCode::LeftOut), ["line 11: what follows the third colon"]);
}

#[test]
fn what_is_no_journey_of_mermaid_is_refused_with_its_place() {
    for (text, expected) in [
        ("", "file: holds no journey"),
        ("%% only a remark\n", "file: holds no journey"),
        ("flowchart LR\n", "line 1: \"flowchart LR\" is not how a journey begins"),
        ("journey\n  Make tea\n", "line 2: \"Make tea\" is no task: NAME: SCORE: ACTOR, ACTOR"),
        ("journey\n  : 3\n", "line 2: \": 3\" is a task without a name"),
        ("journey\n  Tea: hot\n", "line 2: \"hot\" is no score"),
        ("journey\n  Tea: NaN\n", "line 2: \"NaN\" is no score"),
        ("journey\n  section #\n", "line 2: \"section #\" names no section"),
        ("---\ntitle: x\n", "line 1: begins a front matter that never ends"),
        ("journey\n  %% geleit step {\n", "line 2: \"{\" is a note of Geleit that cannot be read"),
        ("journey\n  %% geleit tep {}\n", "line 2: \"tep\" is no note of Geleit"),
        (
            "journey\n%% geleit step {\"id\":\"a\",\"title\":\"A\"}\nA: 3\n%% geleit step {\"id\":\"a\",\"title\":\"B\"}\nB: 3\n",
            "line 5: \"a\" is the id of another step already",
        ),
        ("journey\n  A: 3\n\u{0}", "line 3: \"\\0\" stands in no text"),
    ] {
        let error = refused(MapFormat::Mermaid, text);
        assert!(error.starts_with(expected), "{error}");
    }
    let many = format!("journey\n{}", "  A: 3\n".repeat(301));
    assert_eq!(refused(MapFormat::Mermaid, &many), "step: \"301\" steps are more than 300");
}

#[test]
fn what_was_changed_by_hand_in_a_journey_holds_and_the_rest_is_kept() {
    let text = "\
journey
    title Kauf
    %% geleit map {\"title\":\"Kauf\",\"personas\":[\"p\"],\"stage\":[{\"id\":\"s\",\"title\":\"Vorher\",\"moment\":\"before\"}],\"edge\":[{\"from\":\"a\",\"to\":\"b\"},{\"from\":\"b\",\"to\":\"c\"}]}
    %% geleit persona [\"p\",\"Pendler\"]
    %% geleit stage \"s\"
    section Davor
    %% geleit step {\"id\":\"a\",\"title\":\"Sucht\",\"stage\":\"s\",\"touchpoints\":[\"home\"],\"emotion\":{\"all\":1,\"p\":2}}
    Sucht lange: 5: Pendler
    Neu: 1
    %% geleit step {\"id\":\"b\",\"title\":\"Findet\",\"owner\":\"Shop\",\"emotion\":{\"p\":-1}}
    Findet: 4: Pendler, Nachbar
    %% geleit step {\"id\":\"c\",\"title\":\"Kauft\"}
";
    let read = read(MapFormat::Mermaid, text);
    assert_eq!(steps(&read), ["a: Sucht lange [s]", "neu: Neu [s]", "b: Findet [s]"]);
    let stage = &read.map.stage[0];
    assert_eq!((stage.title.as_str(), stage.moment), ("Davor", Some(model::Moment::Before)));
    let [a, _, b] = &read.map.step[..] else { panic!("{read:?}") };
    assert_eq!((a.touchpoints[0].as_str(), a.emotion.len()), ("home", 2), "moods are drawn as they are");
    assert_eq!((b.owner.as_str(), format!("{:?}", b.emotion).as_str()), ("Shop", "{\"nachbar\": 1, \"p\": 1}"));
    assert_eq!(read.map.personas, ["p", "nachbar"]);
    assert_eq!(read.map.edge.len(), 1);
    let notes: Vec<String> = read.notes.iter().map(ToString::to_string).collect();
    assert_eq!(
        notes,
        [
            "line 12: step \"c\" stands in a comment only, no task follows it",
            "line 9: step \"neu\" is on no edge: it begins and ends a journey",
            "the edge b -> c: one of the two is gone",
        ]
    );
}

const PLANNED: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!-- as an editor writes it -->
<CJML version="2.0">
  <plannedJourney>
    <journeyID>PJ1</journeyID>
    <journeyTitle>A day at the clinic</journeyTitle>
    <journeyPhases>
      <journeyPhase phaseID=" P1"><phaseName> Before</phaseName><phaseDescription>At home</phaseDescription></journeyPhase>
      <journeyPhase phaseID="P2"><phaseName>There</phaseName></journeyPhase>
    </journeyPhases>
    <journeyShortSummary>Short.</journeyShortSummary><journeyLongSummary>Long &amp; &#228;.</journeyLongSummary>
    <actors>
      <endUser actorID="U1"><actorName>Patient</actorName></endUser>
      <serviceProvider actorID="H"><companyName>Hospital</companyName><providerType>public</providerType></serviceProvider>
    </actors>
    <touchpoints>
      <plannedCommunicationPoint>
        <touchpointID>T1</touchpointID><belongsTo phaseIDref="P1"/>
        <initiator><refersTo actorIDref="H"/><initiatorLabel>Sends a letter</initiatorLabel></initiator>
        <receiver><refersTo actorIDref="U1"/><receiverLabel>Gets the letter</receiverLabel></receiver>
        <channel><channelName>letter</channelName></channel>
        <comment>Within a week</comment>
      </plannedCommunicationPoint>
      <plannedAction>
        <touchpointID>T2</touchpointID><belongsTo phaseIDref="P2"/>
        <initiator><refersTo actorIDref="U1"/><initiatorLabel>Travels</initiatorLabel></initiator>
      </plannedAction>
      <unknownElement/>
    </touchpoints>
  </plannedJourney>
"#;

const ACTUAL: &str = r#"
  <actualJourney>
    <journeyID>AJ1</journeyID><plannedReference>PJ1</plannedReference><complianceTiming>late</complianceTiming>
    <actors>
      <endUser actorIDref="U1"/>
      <serviceProvider actorIDref="H"/>
    </actors>
    <touchpoints>
      <actualCommunicationPoint>
        <touchpointID>T1</touchpointID><compliance>failing</compliance>
        <initiator><refersTo actorIDref="H"/><initiatorLabel>Sends a letter</initiatorLabel></initiator>
        <receiver><refersTo actorIDref="U1"/><receiverLabel>Gets no letter</receiverLabel></receiver>
        <channel><channelName>letter</channelName></channel>
        <timestamps><timeOriginated>2026-03-01T10:00</timeOriginated><timeReceived/></timestamps>
        <touchpointExperience><experienceDescription>Waited in vain</experienceDescription><experienceRating>1</experienceRating></touchpointExperience>
      </actualCommunicationPoint>
      <actualCommunicationPoint>
        <touchpointID>D1</touchpointID><compliance>adhoc</compliance>
        <initiator><refersTo actorIDref="U1"/><initiatorLabel>Calls</initiatorLabel></initiator>
        <receiver><refersTo actorIDref="H"/><receiverLabel>Looks it up</receiverLabel></receiver>
        <channel><channelName>phone</channelName></channel>
      </actualCommunicationPoint>
    </touchpoints>
  </actualJourney>
"#;

#[test]
fn a_planned_journey_of_cjml_becomes_a_map() {
    let read = read(MapFormat::Cjml, &format!("{PLANNED}</CJML>"));
    assert_eq!(
        (read.map.title.as_str(), read.map.description.as_str()),
        ("A day at the clinic", "Short.\n\nLong & ä.")
    );
    assert_eq!(steps(&read), ["t1: Gets the letter [p1]", "t2: Travels [p2]"]);
    assert_eq!(read.map.personas, ["patient"]);
    let first = &read.map.step[0];
    assert_eq!((first.owner.as_str(), first.front_stage.as_str()), ("Hospital", "Sends a letter"));
    assert_eq!((first.cells["channel"].as_str(), first.cells["comment"].as_str()), ("letter", "Within a week"));
    let lanes: Vec<&str> = read.map.lane.iter().map(|lane| lane.title.as_str()).collect();
    assert_eq!(lanes, ["Channel", "Comment"]);
    assert_eq!(told(&read.notes, NoteCode::LeftOut), ["line 8: phaseDescription \"At home\""]);
    assert!(read.map.step.iter().all(|step| step.touchpoints.is_empty() && step.evidence.is_none()));
}

#[test]
fn a_lived_journey_of_cjml_gives_its_steps_and_tells_the_rest() {
    let actors =
        r#"<actors><endUser actorID="U1"><actorName>Ada</actorName></endUser><serviceProvider actorID="H"/></actors>"#;
    let begin = ACTUAL.find("<actors>").unwrap();
    let end = ACTUAL.find("</actors>").unwrap() + "</actors>".len();
    let alone = format!("<CJML version=\"2.0\">{}{actors}{}</CJML>", &ACTUAL[..begin], &ACTUAL[end..]);
    let read = read(MapFormat::Cjml, &alone);
    assert_eq!(steps(&read), ["t1: Gets no letter []", "d1: Calls []"]);
    assert_eq!([read.map.step[0].evidence, read.map.step[1].evidence], [Some(Evidence::Partly); 2]);
    assert_eq!([read.map.step[0].optional, read.map.step[1].optional], [false, true]);
    assert!(read.map.step.iter().all(|step| step.emotion.is_empty()), "what was felt is no plan");
    let lived = told(&read.notes, NoteCode::Lived);
    for expected in [
        "plannedReference \"PJ1\"",
        "complianceTiming \"late\"",
        "step t1: compliance failing: it was tried and failed",
        "step t1: experience \"Waited in vain\"",
        "step t1: experience rated \"1\"; a map holds what is assumed, not what was felt",
        "step t1: timeOriginated 2026-03-01T10:00",
        "step d1: compliance adhoc: it was not planned; the step is optional here",
    ] {
        assert!(lived.iter().any(|note| note.ends_with(expected)), "{expected}: {lived:#?}");
    }
    assert!(told(&read.notes, NoteCode::LeftOut).is_empty());
    // The title is the name where the file has none.
    assert_eq!(read.map.title, "map");
}

#[test]
fn of_a_planned_and_a_lived_journey_the_planned_one_is_taken_and_the_other_told() {
    let read = read(MapFormat::Cjml, &format!("{PLANNED}{ACTUAL}</CJML>"));
    assert_eq!(steps(&read), ["t1: Gets the letter [p1]", "t2: Travels [p2]"]);
    let lived = told(&read.notes, NoteCode::Lived);
    assert!(lived[0].contains("the journey \"AJ1\" was lived"), "{lived:#?}");
    assert!(lived.iter().any(|note| note.starts_with("step T1: compliance failing")), "{lived:#?}");
}

#[test]
fn what_is_no_cjml_is_refused_with_its_place() {
    let with = |from: &str, to: &str| format!("{PLANNED}</CJML>").replacen(from, to, 1);
    for (text, expected) in [
        ("<bpmn/>".to_owned(), "line 1: \"bpmn\" is not CJML"),
        ("<CJML version=\"2.0\"/>".to_owned(), "line 1: holds neither a plannedJourney nor an actualJourney"),
        (PLANNED.to_owned(), "line 3: \"CJML\" is never closed: the file is cut off"),
        (with("phaseIDref=\"P1\"", "phaseIDref=\"P9\""), "line 17: \"P9\" is the phaseID of no phase"),
        (with("actorIDref=\"H\"", "actorIDref=\"X\""), "line 19: \"X\" is the actorID of no actor"),
        (with("<touchpointID>T2<", "<touchpointID>T1<"), "line 24: \"T1\" is the touchpointID of another touchpoint"),
        (with("phaseID=\"P2\"", "phaseID=\"P1\""), "line 9: \"P1\" is the phaseID of another phase already"),
        (with("phaseID=\"P2\"", "phaseID=\"\""), "line 9: \"There\" is a phase without phaseID"),
        (with("<phaseName>There</phaseName>", "<journeyPhase phaseID=\"P3\"/>"), "line 9: \"P2\" holds another phase"),
        (with("actorID=\"H\"", "x=\"H\""), "line 14: \"serviceProvider\" has no actorID"),
        (with("<!-- as", "<!DOCTYPE CJML [<!ENTITY a \"b\">]><!-- as"), "line 2: has a document type"),
        (with("<!-- as", "<?geleit x?><!-- \u{0}"), "line 2: \"\\0\" stands in no text"),
        (with("<journeyPhases>", "<?geleit map {?><journeyPhases>"), "line 7: \"{\" is a note of Geleit"),
    ] {
        let error = refused(MapFormat::Cjml, &text);
        assert!(error.starts_with(expected), "{error}, not {expected}");
    }
}

#[test]
fn a_table_of_steps_becomes_a_map() {
    let text = "Step;Phase;Touchpoint;Optional;Mood;lane:Notiz;Budget;Next\n\
                Sucht;Vorher;home|search;nein;2;\"a; b\";1;Kauft\n\
                Kauft;Kauf;;x;all=-1 | pendler = 1;;2;end\n";
    let read = read(MapFormat::Csv, text);
    assert_eq!(steps(&read), ["sucht: Sucht [vorher]", "kauft: Kauft [kauf]"]);
    assert_eq!(read.map.step[0].touchpoints, ["home", "search"]);
    assert_eq!([read.map.step[0].optional, read.map.step[1].optional], [false, true]);
    assert_eq!((read.map.step[0].emotion["all"], read.map.step[1].emotion["pendler"]), (2, 1));
    assert_eq!(
        (read.map.personas.as_slice(), read.map.step[0].cells["notiz"].as_str()),
        (&["pendler".to_owned()][..], "a; b")
    );
    let edges: Vec<String> = read.map.edge.iter().map(|edge| format!("{} -> {}", edge.from, edge.to)).collect();
    assert_eq!(edges, ["sucht -> kauft", "kauft -> end"]);
    assert_eq!(told(&read.notes, NoteCode::LeftOut), ["column \"budget\" is not known"]);
    assert_eq!(read.map.state, MapState::AsIs);
}

#[test]
fn the_spreadsheet_of_cjml_becomes_a_map() {
    let text = "TP ID,Actor who initiated,Actor who received,Initiator’s label,Receiver's label,Channel,Phase,Comment,UX description\n\
                1,Hospital,Patient,Sends,Receives,letter,Before,soon,calm\n\
                2,Patient,,Travels,,,There,,\n";
    let read = read(MapFormat::Csv, text);
    assert_eq!(steps(&read), ["1: Receives [before]", "2: Travels [there]"]);
    assert_eq!((read.map.step[0].owner.as_str(), read.map.step[0].front_stage.as_str()), ("Hospital", "Sends"));
    assert_eq!((read.map.step[0].cells["channel"].as_str(), read.map.personas[0].as_str()), ("letter", "patient"));
    assert_eq!(told(&read.notes, NoteCode::Lived), ["step 1: experience \"calm\""]);
}

#[test]
fn a_wrong_table_is_refused_with_row_and_column() {
    for (text, expected) in [
        ("", "file: holds no table"),
        ("title,optional\nA,perhaps\n", "line 2, column optional: \"perhaps\" is neither yes nor no"),
        ("title,emotion\nA,3\n", "step[0].emotion.all: \"3\" lies outside -2 to 2"),
        ("title,expected\nA,much\n", "line 2, column expected: \"much\" is not a whole number"),
        ("id,title\nA,A\n", "line 2, column id: \"A\" is not a name of lower case letters"),
        ("id,title\na,A\na,B\n", "line 3, column id: \"a\" is the id of another step already"),
        ("title,stage\n,x\n", "line 2: is a step with neither id nor title"),
        ("row,id,title,stage\nstage,s,S,\nstep,a,A,t\n", "line 3, column stage: \"t\" is no stage of this map"),
        ("row,id,title,lane:x\nlane,y,Y,\nstep,a,A,1\n", "column lane:x: \"x\" is no lane of this map"),
        ("row,title,from,to\nstep,A,,\nedge,,a,b\n", "line 3, column to: \"b\" is no step of this map, nor end"),
        ("row,title,from,to\nstep,A,,\nedge,,,a\n", "line 3, column from: is empty"),
        ("row,title,from\nstep,A,a\n", "line 2, column from: \"a\" says nothing of a step"),
        ("row,title\nstop,A\n", "line 2, column row: \"stop\" is none of map, stage, lane, step, edge"),
        ("row,title\nmap,A\nmap,B\n", "line 3: is a second row about the map"),
        ("title,next\nA,B\n", "line 2, column next: \"B\" is no step of this map, nor end"),
        ("title,name\nA,B\n", "line 2, column name: \"B\" is told in two columns: title"),
        ("title,touchpoints\nA,x\\y\n", "line 2, column touchpoints: \"x\\\\y\" has a backslash before 'y'"),
        ("TP ID,Initiator's label\n1,a\n1,b\n", "line 3, column TP ID: \"1\" is the id of another touchpoint already"),
        ("TP ID,Initiator's label,Phase\n,,x\n", "line 2: is a touchpoint with neither TP ID nor label"),
    ] {
        let error = refused(MapFormat::Csv, text);
        assert!(error.starts_with(expected), "{error}, not {expected}");
    }
}

#[test]
fn formats_that_are_only_written_say_so() {
    let error = refused(MapFormat::Bpmn, "");
    assert_eq!(error, "format: \"bpmn\" is only written; read are cjml, mermaid, csv, xlsx, toml");
    let error = refused(MapFormat::Toml, "title = \"A\"\n[[step]]\nid = 3\n");
    assert!(error.starts_with("line 3: invalid type: integer `3`"), "{error}");
}
