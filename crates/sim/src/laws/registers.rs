//! What five registers know of people, and what goes wrong when somebody writes it down. Per mille.

/// What one source asks for, and how carefully its people write.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Register {
    pub(crate) name: &'static str,
    /// Share of all records.
    pub(crate) share: u32,
    /// Left empty; surnames never are.
    pub(crate) no_given_name: u32,
    pub(crate) no_birth_date: u32,
    /// Street, house number, postcode and city stand or fall together.
    pub(crate) no_address: u32,
    pub(crate) no_phone: u32,
    /// By people who give their mail address at all.
    pub(crate) no_mail: u32,
    /// Notes the loyalty card of people who have one.
    pub(crate) card: u32,
    /// Slips of the finger against the average, in per cent.
    pub(crate) haste: u32,
}

#[rustfmt::skip]
pub(crate) const REGISTERS: [Register; 5] = [
    Register { name: "webshop",    share: 382, no_given_name:  10, no_birth_date: 455, no_address:  32, no_phone: 330, no_mail:  32, card: 500, haste:  90 },
    Register { name: "store",      share: 230, no_given_name:  20, no_birth_date: 260, no_address: 115, no_phone: 390, no_mail: 443, card: 500, haste: 100 },
    Register { name: "callcentre", share: 151, no_given_name:  85, no_birth_date: 345, no_address: 155, no_phone:  50, no_mail: 512, card:   0, haste: 120 },
    Register { name: "newsletter", share: 123, no_given_name: 105, no_birth_date: 805, no_address: 757, no_phone: 905, no_mail:   0, card:   0, haste: 100 },
    Register { name: "workshop",   share: 114, no_given_name:  45, no_birth_date: 580, no_address:  59, no_phone:  85, no_mail: 450, card:   0, haste: 110 },
];

/// Records of a person: one to eight, in per mille of people.
pub(crate) const RECORDS: [u32; 8] = [215, 350, 245, 116, 57, 13, 3, 1];
/// People with a loyalty card.
pub(crate) const CARD_HOLDERS: u32 = 350;

// Names.
pub(crate) const NICKNAME: u32 = 52;
pub(crate) const INITIAL: u32 = 27;
/// Of people with a second given name.
pub(crate) const BOTH_GIVEN_NAMES: u32 = 300;
pub(crate) const NAMES_SWAPPED: u32 = 23;
pub(crate) const GIVEN_NAME_SLIP: u32 = 122;
pub(crate) const SURNAME_SLIP: u32 = 135;
pub(crate) const SURNAME_IN_CAPITALS: u32 = 112;
pub(crate) const ALL_IN_CAPITALS: u32 = 5;
pub(crate) const ALL_IN_SMALL_LETTERS: u32 = 67;

// Letters that not every keyboard has, of names and places that hold one: ä as ae, as a, and ae as ä.
pub(crate) const UMLAUT_SPELT_OUT: u32 = 130;
pub(crate) const UMLAUT_LOST: u32 = 25;
pub(crate) const UMLAUT_INVENTED: u32 = 30;

// Birth dates.
pub(crate) const DAY_AND_MONTH_SWAPPED: u32 = 30;
pub(crate) const BIRTH_DATE_SLIP: u32 = 64;
/// Only the year is known: the first of January.
pub(crate) const FIRST_OF_JANUARY: u32 = 16;
/// Understood wrongly: another day, a year or two off.
pub(crate) const BIRTH_DATE_MISHEARD: u32 = 14;
/// A form that wanted one: 1900-01-01 and the like.
pub(crate) const BIRTH_DATE_MADE_UP: u32 = 5;
pub(crate) const MADE_UP_BIRTH_DATES: [&str; 3] = ["1900-01-01", "1900-01-01", "1970-01-01"];

// Addresses.
/// As it stands, -strasse, str., a word of its own, with a hyphen.
pub(crate) const STREET_FORMS: [u32; 5] = [612, 150, 86, 85, 67];
pub(crate) const STREET_SLIP: u32 = 150;
pub(crate) const HOUSE_NUMBER_SLIP: u32 = 32;
pub(crate) const POSTCODE_SLIP: u32 = 55;
pub(crate) const CITY_SLIP: u32 = 12;
/// Frankfurt for Frankfurt am Main, where the name has such a tail.
pub(crate) const CITY_SHORTENED: u32 = 60;

// Telephones.
/// Of people with both: the number at home.
pub(crate) const GIVES_LANDLINE: u32 = 170;
/// Of people who live with others: the mobile number of one of them.
pub(crate) const GIVES_SOMEBODY_ELSES: u32 = 15;
pub(crate) const PHONE_SLIP: u32 = 45;
/// +49 1510..., 0151/0..., 01510..., 0151 0..., 00491510...
pub(crate) const PHONE_FORMS: [u32; 5] = [300, 206, 200, 196, 98];
/// The clerk's own number, for want of another.
pub(crate) const HOT_PHONE: u32 = 7;
pub(crate) const HOT_PHONES: [&str; 3] = ["+49 221 4710100", "030 23125100", "+49 221 4710100"];

// Mail.
/// People who give a mail address to anybody.
pub(crate) const GIVES_MAIL: u32 = 815;
/// Of people with a second address.
pub(crate) const GIVES_SECOND_MAIL: u32 = 300;
/// Of people whose family has one.
pub(crate) const GIVES_FAMILY_MAIL: u32 = 300;
pub(crate) const MAIL_SLIP: u32 = 43;
pub(crate) const MAIL_IN_CAPITALS: u32 = 42;
pub(crate) const HOT_MAIL: u32 = 4;
pub(crate) const HOT_MAILS: [&str; 3] = ["kein@mail.example", "noreply@velunda.example", "kein@mail.example"];
