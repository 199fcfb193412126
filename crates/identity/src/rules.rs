//! The rules in the form the fold asks them.

use std::borrow::Cow;
use std::net::IpAddr;

use hashbrown::{HashMap, HashSet};
use model::{CheckDigit, Form, Identifier, IdentifierKind, IdentityRules, LinkId, OnConflict};

use crate::normalise::{Line, Region, follows_check_digit, in_form, line_of};

/// Number of a kind of identifier in this fold's own table. Smaller codes are stronger: they follow the priority.
pub(crate) type KindCode = u8;

/// All kinds that the rules do not name: the weakest, without limits.
pub(crate) const UNNAMED: KindCode = KindCode::MAX;

/// Kinds whose values are internet addresses. Many share one, and one person has many: they never join people.
const ADDRESSES: [&str; 5] = ["ip", "ip_address", "client_ip", "remote_ip", "remote_address"];

/// The purposes that a link may serve, a bit each.
pub(crate) type Purposes = u16;
pub(crate) const EVERY_PURPOSE: Purposes = Purposes::MAX;

#[derive(Debug)]
pub(crate) struct Rules {
    blocked: HashSet<String>,
    /// A bit for each length that a blocked value has; the last for all that are longer.
    blocked_lengths: u64,
    /// By code.
    kinds: Vec<KindRules>,
    limits: Vec<LimitRule>,
    region: Region,
    pub(crate) drops_weaker: bool,
    landlines_join: bool,
    purposes: Vec<String>,
    purposes_of_source: HashMap<String, Purposes>,
}

#[derive(Debug)]
struct KindRules {
    name: String,
    form: Form,
    check_digit: Option<CheckDigit>,
    is_owned: bool,
    is_address: bool,
    /// With how many stronger identifiers a value may be seen.
    hot: Option<u32>,
    /// By how many a value may be claimed in vain.
    contested: Option<u32>,
}

/// How many values of a kind a customer may have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LimitRule {
    pub(crate) kind: KindCode,
    pub(crate) most: u32,
    /// True if nothing weaker may bring two values together.
    pub(crate) is_identifying: bool,
    /// Values count that were first seen within so many seconds; all if `None`.
    pub(crate) within_s: Option<u32>,
}

/// Why two identifiers were not joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Why {
    /// The value says nothing about a person, such as `null`.
    Blocked,
    /// An internet address.
    Address,
    /// The value's last digit does not follow from the others.
    CheckDigit,
    /// The number of a household.
    Landline,
    /// The number of a company.
    ServiceNumber,
    /// Too many share the value.
    Shared(KindCode),
    /// The customer would have too many of a kind; the position of the limit.
    Limit(u8),
    /// The same, though a person or a linkage model said that the two are one.
    LimitAllTheSame(u8),
    /// Two values of an identifying kind would be brought together by something weaker; the position of the limit.
    Conflict(u8),
    /// A stronger identifier of the event was dropped, and all weaker with it.
    Weaker,
    /// Somebody has parted the two.
    CannotLink(LinkId),
}

impl Why {
    /// What is wrong with a value whoever shares it, in the order of the numbers that nodes keep.
    pub(crate) const FAULTS: [Self; 5] =
        [Self::Blocked, Self::Address, Self::CheckDigit, Self::Landline, Self::ServiceNumber];

    /// The same refusal of what a person or a linkage model has said.
    pub(crate) fn all_the_same(self) -> Self {
        if let Self::Limit(slot) = self { Self::LimitAllTheSame(slot) } else { self }
    }

    /// True if another value's customer would have been joined, had there been none already.
    pub(crate) fn is_claim(self) -> bool {
        matches!(self, Self::Limit(_) | Self::Conflict(_))
    }
}

/// An identifier as the rules see it.
#[derive(Clone, Debug)]
pub(crate) struct Value<'e> {
    pub(crate) code: KindCode,
    pub(crate) kind: &'e IdentifierKind<'e>,
    /// The normalised value.
    pub(crate) text: Cow<'e, str>,
}

impl Rules {
    pub(crate) fn new(rules: &IdentityRules) -> Self {
        let blocked: HashSet<String> = rules.blocked.iter().map(|value| value.trim().to_lowercase()).collect();
        let blocked_lengths = blocked.iter().fold(0, |lengths, value| lengths | length_bit(value));
        let purposes: Vec<String> = rules.all_purposes().into_iter().map(str::to_owned).collect();
        let mask = |named: &Vec<String>| {
            let bits = purposes.iter().enumerate().filter(|(_, purpose)| named.contains(purpose));
            bits.fold(0, |mask: Purposes, (bit, _)| mask | 1 << bit)
        };
        let purposes_of_source = rules.purposes.iter().map(|(source, named)| (source.clone(), mask(named))).collect();
        let mut compiled = Self {
            blocked,
            blocked_lengths,
            kinds: Vec::new(),
            limits: Vec::new(),
            region: Region::of(&rules.region),
            drops_weaker: rules.on_conflict == OnConflict::DropWeaker,
            landlines_join: rules.landlines_join,
            purposes,
            purposes_of_source,
        };
        let named =
            rules.owned.iter().chain(&rules.identifying).chain(rules.forms.keys()).chain(rules.check_digits.keys());
        let named =
            named.chain(rules.limits.keys()).chain(rules.hot.keys()).chain(rules.contested.keys()).map(String::as_str);
        for kind in rules.priority.iter().map(String::as_str).chain(named).chain(ADDRESSES) {
            compiled.name_kind(kind, rules);
        }
        let limited =
            rules.limits.keys().chain(rules.identifying.iter().filter(|kind| !rules.limits.contains_key(*kind)));
        for kind in limited {
            let limit = rules.limits.get(kind);
            compiled.limits.push(LimitRule {
                kind: compiled.code_of_name(kind),
                most: limit.map_or(u32::MAX, |limit| limit.most),
                is_identifying: rules.identifying.contains(kind),
                within_s: limit.and_then(|limit| limit.within_s().unwrap_or(None)),
            });
        }
        compiled
    }

    fn name_kind(&mut self, name: &str, rules: &IdentityRules) {
        if self.kinds.len() < usize::from(UNNAMED) && self.code_of_name(name) == UNNAMED {
            self.kinds.push(KindRules {
                name: name.to_owned(),
                form: rules.forms.get(name).copied().unwrap_or(Form::AsIs),
                check_digit: rules.check_digits.get(name).copied(),
                is_owned: rules.owned.iter().any(|owned| owned == name),
                is_address: ADDRESSES.contains(&name),
                hot: rules.hot.get(name).copied(),
                contested: rules.contested.get(name).copied(),
            });
        }
    }

    fn code_of_name(&self, name: &str) -> KindCode {
        self.kinds.iter().position(|kind| kind.name == name).map_or(UNNAMED, |position| position as KindCode)
    }

    /// Kinds the rules do not name share the weakest code.
    pub(crate) fn code_of(&self, kind: &IdentifierKind<'_>) -> KindCode {
        self.code_of_name(kind.as_str())
    }

    fn kind(&self, code: KindCode) -> Option<&KindRules> {
        self.kinds.get(usize::from(code))
    }

    /// Brings an identifier into its form.
    pub(crate) fn read<'e>(&self, identifier: &'e Identifier<'e>) -> Value<'e> {
        let kind = &identifier.kind;
        let code = self.code_of(kind);
        let written = identifier.value.as_str();
        let rules = self.kind(code);
        let text = rules.map_or_else(|| Cow::Borrowed(written.trim()), |kind| in_form(kind.form, self.region, written));
        Value { code, kind, text }
    }

    /// Why a normalised value may join nobody, whoever shares it.
    pub(crate) fn fault_of(&self, code: KindCode, text: &str) -> Option<Why> {
        if self.is_blocked(text) {
            return Some(Why::Blocked);
        }
        let kind = self.kind(code);
        if kind.is_some_and(|kind| kind.is_address) || is_internet_address(text) {
            return Some(Why::Address);
        }
        let KindRules { form, check_digit, .. } = kind?;
        if check_digit.is_some_and(|check| !follows_check_digit(check, text)) {
            return Some(Why::CheckDigit);
        }
        let line = if *form == Form::Phone { line_of(text) } else { Line::Personal };
        match line {
            Line::Personal => None,
            Line::Landline => (!self.landlines_join).then_some(Why::Landline),
            Line::Service => Some(Why::ServiceNumber),
        }
    }

    /// The normalised form of a value.
    pub(crate) fn normalised<'v>(&self, kind: &IdentifierKind<'_>, value: &'v str) -> Cow<'v, str> {
        let form = self.kind(self.code_of(kind)).map_or(Form::AsIs, |kind| kind.form);
        in_form(form, self.region, value)
    }

    /// True for values that say nothing about a person, such as `null` or `0`.
    fn is_blocked(&self, text: &str) -> bool {
        if !text.is_ascii() {
            return self.blocked.contains(text.to_lowercase().as_str());
        }
        // In plain letters nothing changes its length in lower case, so most values are told apart by that alone.
        self.blocked_lengths & length_bit(text) != 0
            && self.blocked.iter().any(|blocked| blocked.eq_ignore_ascii_case(text))
    }

    /// True if values of the kind belong to one customer at a time.
    pub(crate) fn is_owned(&self, code: KindCode) -> bool {
        self.kind(code).is_some_and(|kind| kind.is_owned)
    }

    /// With how many stronger identifiers a value of the kind may be seen.
    pub(crate) fn hot(&self, code: KindCode) -> Option<u32> {
        self.kind(code)?.hot
    }

    /// By how many a value of the kind may be claimed in vain.
    pub(crate) fn contested(&self, code: KindCode) -> Option<u32> {
        self.kind(code)?.contested
    }

    pub(crate) fn limits(&self) -> &[LimitRule] {
        &self.limits
    }

    /// Position among the limited kinds, if the kind has a limit.
    pub(crate) fn limit_slot(&self, code: KindCode) -> Option<usize> {
        self.limits.iter().position(|limit| limit.kind == code)
    }

    /// What links that a source brings may be used for.
    pub(crate) fn purposes_of(&self, source: &str) -> Purposes {
        if self.purposes.is_empty() {
            return EVERY_PURPOSE;
        }
        self.purposes_of_source.get(source).copied().unwrap_or(EVERY_PURPOSE)
    }

    /// True if sources differ in what they may be used for.
    pub(crate) fn have_purposes(&self) -> bool {
        !self.purposes.is_empty()
    }

    /// The bit of a purpose; `None` if the rules do not name it.
    pub(crate) fn purpose(&self, name: &str) -> Option<Purposes> {
        self.purposes.iter().position(|purpose| purpose == name).map(|bit| 1 << bit)
    }

    /// The names of the purposes, with blanks between; empty for all.
    pub(crate) fn purpose_names(&self, purposes: Purposes) -> String {
        if purposes == EVERY_PURPOSE {
            return String::new();
        }
        let named = self.purposes.iter().enumerate().filter(|(bit, _)| purposes & (1 << bit) != 0);
        named.map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// Reads what [`Rules::purpose_names`] wrote.
    pub(crate) fn purposes_named(&self, names: &str) -> Purposes {
        if names.is_empty() {
            return EVERY_PURPOSE;
        }
        names.split(' ').filter_map(|name| self.purpose(name)).fold(0, |mask, bit| mask | bit)
    }

    /// The rule that refused a join, as people read it.
    pub(crate) fn in_words(&self, why: Why) -> String {
        let name = |code: KindCode| self.kind(code).map_or("", |kind| kind.name.as_str());
        match why {
            Why::Blocked => "blocked value".to_owned(),
            Why::Address => "internet address".to_owned(),
            Why::CheckDigit => "check digit".to_owned(),
            Why::Landline => "landline".to_owned(),
            Why::ServiceNumber => "service number".to_owned(),
            Why::Shared(code) => format!("shared {}", name(code)),
            Why::LimitAllTheSame(slot) => format!("{} all the same", self.in_words(Why::Limit(slot))),
            Why::Limit(slot) => {
                let LimitRule { kind, most, within_s, .. } = self.limits[usize::from(slot)];
                match within_s {
                    None => format!("limit {} {most}", name(kind)),
                    Some(seconds) => format!("limit {} {most} in {}", name(kind), in_largest_unit(seconds)),
                }
            }
            Why::Conflict(slot) => format!("conflict {}", name(self.limits[usize::from(slot)].kind)),
            Why::Weaker => "weaker than a dropped one".to_owned(),
            Why::CannotLink(entry) => format!("cannot_link {entry}"),
        }
    }

    /// Reads what [`Rules::in_words`] wrote under the same rules.
    pub(crate) fn why(&self, words: &str) -> Option<Why> {
        if let Some(entry) = words.strip_prefix("cannot_link ") {
            return entry.parse().ok().map(Why::CannotLink);
        }
        let of_kinds = (0..self.kinds.len() as KindCode).map(Why::Shared);
        let of_limits = (0..self.limits.len() as u8)
            .flat_map(|slot| [Why::Limit(slot), Why::LimitAllTheSame(slot), Why::Conflict(slot)]);
        let mut all = Why::FAULTS.into_iter().chain([Why::Weaker]).chain(of_limits).chain(of_kinds);
        all.find(|&why| self.in_words(why) == words)
    }
}

fn length_bit(text: &str) -> u64 {
    1 << text.len().min(63)
}

/// `7d`, `36h`, `90s`.
fn in_largest_unit(seconds: u32) -> String {
    let units = [(86_400, "d"), (3_600, "h"), (60, "m")];
    let (size, unit) = units.into_iter().find(|(size, _)| seconds.is_multiple_of(*size)).unwrap_or((1, "s"));
    format!("{}{unit}", seconds / size)
}

/// True for `203.0.113.9` and `2001:db8::1`, under whatever name somebody sends them.
fn is_internet_address(text: &str) -> bool {
    let may_be = text.len() >= 3 && text.starts_with(|first: char| first.is_ascii_hexdigit() || first == ':');
    may_be && text.bytes().any(|byte| byte == b'.' || byte == b':') && text.parse::<IpAddr>().is_ok()
}
