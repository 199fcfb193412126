//! What stands out in a week, in plain words.

use maps::{ConformanceKernel, VerdictsKernel};
use mining::kernels::course::{Course, CourseKernel, Period};
use mining::report::Table;
use mining::{Control, Coverage, Recipe, Setting, Settings};
use model::{DocumentKind, Every, Invalid, JourneyFilter, JourneyRule, MapPlan, MoodOrigin, Timestamp};
use serde::Serialize;

use super::Composed;
use super::compared::Compared;
use super::documents::Documents;
use super::findings::{About, LEVEL, SIZES, Standing, Tests};
use super::periods::{CalendarPeriod, DAY, WEEK};
use super::targets::{TargetPeriod, TargetView, watched};
use super::words::{self, Named};
use crate::EngineError;
use crate::answers::Answers;
use crate::answers::conformance::Drawn;
use crate::answers::mining::{Answered, Log};
use crate::answers::resolve::Resolved;

pub use super::findings::{FindingKind, Sizes};
pub use super::words::Said;

const WEEK_SETTING: &str = "week";

pub(super) const SETTINGS: &[Setting] = &[
    Setting::optional(WEEK_SETTING, "WEEK", "Such as 2026-W40; the last whole week with events if not given"),
    Setting::new("most", "COUNT", "Findings that are told", "3"),
];

/// Weeks that a week is compared with, where the log reaches so far.
const WEEKS_BEFORE: usize = 8;

/// What stands out in a week.
#[derive(Clone, Debug, Serialize)]
pub struct Digest {
    /// Such as `2026-W40`.
    pub week: String,
    /// Its first moment.
    pub from: Timestamp,
    /// The first moment after it.
    pub to: Timestamp,
    /// The weeks before that it is compared with: as many whole ones as there are events of, eight at most.
    pub weeks_before: u64,
    /// The first moment of these; none where there is no such week.
    pub before_from: Option<Timestamp>,
    /// The chance that anything at all is found where nothing has changed.
    pub level: f64,
    /// How large a change has to be at least.
    pub sizes: Sizes,
    /// Figures that were tested.
    pub looked_at: u64,
    /// Alarms that were looked at.
    pub alarms_looked_at: u64,
    /// Maps that were not looked at, because the log is too young: journeys that began before it look as if they had left out
    /// what it does not hold.
    pub maps_too_young: Vec<String>,
    /// How many stand out; only the first of them are told.
    pub standing_out: u64,
    /// What stands out, what matters most first.
    pub findings: Vec<Finding>,
    /// All of it in one sentence, in German.
    pub de: String,
    /// The same in English.
    pub en: String,
    #[serde(skip)]
    coverage: Coverage,
}

/// Something that stands out.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// What.
    pub kind: FindingKind,
    /// The touchpoint it is about, by what it is shown as.
    pub touchpoint: Option<String>,
    /// The map it is about.
    pub map: Option<String>,
    /// The map's step it is about.
    pub step: Option<String>,
    /// The target whose alarm it is.
    pub target: Option<String>,
    /// In German.
    pub de: Said,
    /// In English.
    pub en: Said,
    /// The figure in the weeks before and in the week; none for alarms.
    pub compared: Option<Compared>,
    /// Its p, raised by Holm over everything tested; none for alarms.
    pub p_raised: Option<f64>,
    /// How many times the least size it has; none for alarms.
    pub size: Option<f64>,
    /// The period with which an alarm began or ended.
    pub period: Option<TargetPeriod>,
    /// A page of the web app that shows what it rests on, with its filter and time range.
    pub link: String,
    /// How to get the figure of the week, or all of this, again.
    pub recipe: Recipe,
}

/// A map with what its kernel and its words need.
struct Held {
    name: String,
    title: String,
    rule: JourneyRule,
    drawn: Vec<Drawn>,
}

impl Held {
    /// Microseconds after which a journey in which nothing happens is over, the longest of all versions.
    fn over_after(&self) -> i64 {
        self.drawn.iter().map(Drawn::over_after).max().unwrap_or_default()
    }
}

/// A week and those before it.
struct Weeks {
    week: CalendarPeriod,
    /// The first moment of the weeks before; the week's own where there is none.
    from: i64,
}

impl Weeks {
    fn before(&self) -> u64 {
        ((self.week.from - self.from) / WEEK) as u64
    }

    /// Mondays, from the first of the weeks before to the end of the week.
    fn cuts(&self) -> Vec<i64> {
        (self.from..=self.week.to).step_by(WEEK as usize).collect()
    }
}

impl Answers {
    pub(super) fn digest(
        &self,
        mut resolved: Resolved,
        mut settings: Settings,
        again: Option<&Recipe>,
        control: &Control,
    ) -> Result<Answered, EngineError> {
        let asked = settings.text(WEEK_SETTING).map(|text| CalendarPeriod::week_named(&text)).transpose()?;
        let most = settings.count("most", 1..=1_000)?;
        let documents = Documents::of(self, again);
        let mut held = Vec::new();
        for map in documents.all::<MapPlan>(DocumentKind::Map)? {
            if let Some(drawn) = documents.map(&map.name)? {
                let rule = documents.rule(&map.says.journey)?;
                held.push(Held { name: map.name, title: map.says.title, rule, drawn });
            }
        }
        let watched = watched(&documents)?;
        resolved.plans.extend(documents.used());
        let mut settings = settings.recipe();
        let as_asked = (Composed::Digest.name(), settings.clone());
        let mut answered = self.answered_whole(&resolved, again, control, as_asked, |log| {
            let first = log.earliest(control)?.map_or(i64::MAX, Timestamp::micros);
            let weeks = weeks(asked.clone(), first, log, control)?;
            settings.insert(WEEK_SETTING.to_owned(), weeks.week.name.clone());
            let recipe = log.recipe(&resolved, Composed::Digest.name(), &JourneyRule::default(), settings.clone());
            // What happened later was not known then: a week's digest stays what it was.
            let until = Some(Timestamp::clamped(weeks.week.to));
            let mut tests = Tests::default();
            let course = log.ask(self, (&JourneyRule::default(), until), &touchpoints(&weeks, log), control)?;
            let mut maps: Vec<(&Held, ConformanceKernel)> = Vec::new();
            let mut maps_too_young = Vec::new();
            if weeks.before() > 0 {
                let by_week = log.ask(self, (&JourneyRule::default(), until), &each_week(&weeks, log), control)?;
                tests.add_touchpoints(&course, &by_week);
                let (of_age, young): (Vec<&Held>, Vec<&Held>) =
                    held.iter().partition(|map| weeks.from >= first + map.over_after());
                maps_too_young = young.into_iter().map(|map| map.name.clone()).collect();
                for map in of_age {
                    let verdicts = verdicts(self.map_kernel(&map.name, &map.drawn, log)?, &weeks);
                    let found = log.ask(self, (&map.rule, until), &verdicts, control)?;
                    tests.add_map(maps.len(), &found);
                    maps.push((map, verdicts.map));
                }
            }
            let teller =
                Teller { documents: &documents, log, weeks: &weeks, course: &course, maps: &maps, recipe: &recipe };
            let targets = self.series(&watched, (weeks.week.to, until), log, control)?;
            let mut findings = teller.alarms(&targets)?;
            let looked_at = tests.looked_at();
            let standing = tests.standing_out();
            let standing_out = (findings.len() + standing.len()) as u64;
            for one in standing.into_iter().take(most.saturating_sub(findings.len())) {
                findings.push(teller.finding(one)?);
            }
            findings.truncate(most);
            let summed = |german| words::in_all(german, weeks.before(), standing_out, looked_at);
            Ok(Digest {
                week: weeks.week.name.clone(),
                from: Timestamp::clamped(weeks.week.from),
                to: Timestamp::clamped(weeks.week.to),
                weeks_before: weeks.before(),
                before_from: (weeks.before() > 0).then(|| Timestamp::clamped(weeks.from)),
                level: LEVEL,
                sizes: SIZES,
                looked_at,
                alarms_looked_at: targets.len() as u64,
                maps_too_young,
                standing_out,
                findings,
                de: summed(true),
                en: summed(false),
                coverage: course.coverage.clone(),
            })
        })?;
        // Which week it was is not in the question if nobody said so.
        answered.recipe.settings = settings;
        Ok(answered)
    }
}

/// The week that is asked for, or the last whole one with events; refused where it is not over.
fn weeks(asked: Option<CalendarPeriod>, first: i64, log: &Log<'_>, control: &Control) -> Result<Weeks, EngineError> {
    let as_of = log.as_of();
    let now = CalendarPeriod::of(Every::Week, as_of.micros());
    let week = match asked {
        Some(week) => week,
        None => {
            let latest = log.latest_before(Timestamp::clamped(now.from), control)?;
            CalendarPeriod::of(Every::Week, latest.map_or(now.from - 1, Timestamp::micros))
        }
    };
    if week.to > as_of.micros() {
        let reason = format!("is not over: the latest event is of {as_of}");
        return Err(Invalid::new(WEEK_SETTING, &week.name, reason).into());
    }
    let begins = (1..=WEEKS_BEFORE as i64).map(|back| week.from - back * WEEK).take_while(|from| *from >= first);
    let from = begins.last().unwrap_or(week.from);
    Ok(Weeks { week, from })
}

/// By touchpoint code: the weeks before as group 0, the week as group 1, everything earlier as group 2.
fn touchpoints(weeks: &Weeks, log: &Log<'_>) -> CourseKernel {
    let labels = log.names().labels.len();
    let earlier = Period { from: i64::MIN, to: weeks.from, group: 2 };
    let cuts = weeks.cuts();
    let periods =
        cuts.windows(2).map(|ends| Period { from: ends[0], to: ends[1], group: u32::from(ends[0] == weeks.week.from) });
    CourseKernel {
        origin: Some(MoodOrigin::Reported),
        places_of: (0..labels as u32).map(|code| vec![code]).collect(),
        places: labels,
        periods: std::iter::once(earlier).chain(periods).collect(),
        groups: 3,
    }
}

/// By touchpoint code: each of the weeks before as a group.
fn each_week(weeks: &Weeks, log: &Log<'_>) -> CourseKernel {
    let bounds: Vec<(i64, i64)> = weeks.cuts().windows(2).map(|ends| (ends[0], ends[1])).collect();
    let before = &bounds[..bounds.len() - 1];
    CourseKernel { periods: CourseKernel::by_period(before), groups: before.len(), ..touchpoints(weeks, log) }
}

/// The weeks before as group 0, the week as group 1; each step a place.
fn verdicts(map: ConformanceKernel, weeks: &Weeks) -> VerdictsKernel {
    let cuts = weeks.cuts();
    let places = map.steps.len();
    VerdictsKernel {
        group_of: cuts[1..].iter().map(|to| u32::from(*to == weeks.week.to)).collect(),
        cuts,
        groups: 2,
        places_of: (0..places as u32).map(|step| vec![step]).collect(),
        places,
        map,
    }
}

/// What it takes to tell what was found.
struct Teller<'a> {
    documents: &'a Documents<'a>,
    log: &'a Log<'a>,
    weeks: &'a Weeks,
    course: &'a Course,
    maps: &'a [(&'a Held, ConformanceKernel)],
    recipe: &'a Recipe,
}

impl Teller<'_> {
    /// Alarms that began or ended in the week: with a period that was over by its end and not by its beginning.
    fn alarms(&self, targets: &[TargetView]) -> Result<Vec<Finding>, EngineError> {
        let week = self.weeks.week.from..self.weeks.week.to;
        let mut found = Vec::new();
        for target in targets {
            let mut was_on = false;
            for period in &target.periods {
                let judged_at = period.judged_at.micros();
                let in_week = week.start < judged_at && judged_at <= week.end;
                if in_week && period.alarm != was_on {
                    let kind = if period.alarm { FindingKind::AlarmBegan } else { FindingKind::AlarmEnded };
                    found.push(Finding {
                        kind,
                        touchpoint: Some(target.says.touchpoint.clone()).filter(|id| !id.is_empty()),
                        map: Some(target.says.map.clone()).filter(|id| !id.is_empty()),
                        step: Some(target.says.step.clone()).filter(|id| !id.is_empty()),
                        target: Some(target.name.clone()),
                        de: words::alarm(true, kind, target, period),
                        en: words::alarm(false, kind, target, period),
                        compared: None,
                        p_raised: None,
                        size: None,
                        period: Some(period.clone()),
                        link: format!("/journeys/evaluation?tab=targets&target={}", encoded(&target.name)),
                        recipe: Recipe {
                            question: Composed::Targets.name().to_owned(),
                            settings: [("periods".to_owned(), "26".to_owned())].into(),
                            ..self.recipe.clone()
                        },
                    });
                }
                was_on = period.alarm;
            }
        }
        // What is missed now comes first.
        found.sort_by_key(|one| one.kind != FindingKind::AlarmBegan);
        Ok(found)
    }

    fn finding(&self, standing: Standing) -> Result<Finding, EngineError> {
        let Standing { tested, p_raised } = standing;
        let mut finding = Finding {
            kind: tested.kind,
            touchpoint: None,
            map: None,
            step: None,
            target: None,
            de: Said::default(),
            en: Said::default(),
            p_raised: Some(p_raised),
            size: Some(tested.size),
            period: None,
            link: String::new(),
            recipe: self.recipe.clone(),
            compared: None,
        };
        let named = match tested.about {
            About::Touchpoint(code) => {
                let label = self.log.names().label(code);
                let title = self.documents.title(&label)?;
                let seen_earlier = self.course.groups[2].at[usize::from(code)].customers > 0;
                // What is gone is seen in the weeks before.
                let gone = tested.kind == FindingKind::Gone;
                let range =
                    if gone { self.weeks.from..self.weeks.week.from } else { self.weeks.week.from..self.weeks.week.to };
                let condition: JourneyFilter = format!("did \"{}\"", label.replace('\\', "\\\\").replace('"', "\\\""))
                    .parse()
                    .map_err(Invalid::from)?;
                finding.link = format!(
                    "/journeys/explorer?{}&where={}{}",
                    days(&range),
                    encoded(&condition.to_string()),
                    if tested.kind == FindingKind::Mood { "&graph-measure=mood" } else { "" }
                );
                let of_mood = tested.kind == FindingKind::Mood;
                let question = if of_mood { "moods" } else { "importance" };
                let settings: &[(&str, &str)] =
                    if of_mood { &[("origin", "reported")] } else { &[("origin", "reported"), ("least", "20")] };
                let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
                finding.recipe = Recipe {
                    question: question.to_owned(),
                    from: Some(Timestamp::clamped(range.start)),
                    to: Some(Timestamp::clamped(range.end)),
                    settings: settings.collect(),
                    ..finding.recipe
                };
                finding.touchpoint = Some(label);
                Named { title, step: String::new(), seen_earlier }
            }
            About::Map(place, step) => {
                let (held, kernel) = &self.maps[place];
                let step = step.map(|step| &kernel.steps[step]);
                finding.link = format!(
                    "/journeys/maps/{}?{}",
                    encoded(&held.name),
                    days(&(self.weeks.week.from..self.weeks.week.to))
                );
                finding.map = Some(held.name.clone());
                finding.step = step.map(|step| step.says.id.clone());
                let step = step.map_or_else(String::new, |step| step.says.title.clone());
                Named { title: held.title.clone(), step, seen_earlier: false }
            }
        };
        let said = |german| words::said(german, tested.kind, &named, &tested.compared, self.weeks.before());
        (finding.de, finding.en) = (said(true), said(false));
        finding.compared = Some(tested.compared);
        Ok(finding)
    }
}

/// Days as the web app's addresses have them, the last one included.
fn days(range: &std::ops::Range<i64>) -> String {
    let day = |at: i64| Timestamp::clamped(at).to_string().chars().take(10).collect::<String>();
    format!("from={}&to={}", day(range.start), day(range.end - DAY))
}

/// A value in an address (RFC 3986, 2.3).
fn encoded(value: &str) -> String {
    let mut written = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => written.push(byte.into()),
            other => written.push_str(&format!("%{other:02X}")),
        }
    }
    written
}

impl mining::Answer for Digest {
    fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    fn totals(&self) -> Vec<(&'static str, u64)> {
        vec![("figures looked at", self.looked_at), ("stand out", self.standing_out)]
    }

    fn tables(&self) -> Vec<Table> {
        let of = |finding: &Finding, side: fn(&Compared) -> Option<f64>| finding.compared.as_ref().and_then(side);
        let table = Table::of("findings", &self.findings)
            .text("finding", |row| row.en.headline.clone())
            .number("before", |row| of(row, |compared| compared.before.value))
            .number("after", |row| of(row, |compared| compared.after.value))
            .number("difference", |row| of(row, |compared| compared.difference))
            .number("difference_low", |row| of(row, |compared| compared.interval.map(|ends| ends[0])))
            .number("difference_high", |row| of(row, |compared| compared.interval.map(|ends| ends[1])))
            .number("p_raised", |row| row.p_raised);
        vec![table.done()]
    }
}
