//! How people live together and by what they can be reached. Per mille unless said otherwise.

/// One household of 1, 2, 3, 4 people, in per mille of households.
pub(crate) const SIZES: [u32; 4] = [400, 323, 132, 145];
/// Every 25th block of 32 people has come from Britain.
pub(crate) const BRITISH_BLOCK_IN: u32 = 25;
/// Households that came from Turkey, and from the east and south of Europe, per cent.
pub(crate) const ORIGINS: (u32, u32) = (6, 6);
/// Of households of three and four: two parents.
pub(crate) const COUPLE_WITH_CHILDREN: u32 = 850;
/// Of households of several: people who share a flat and nothing else.
pub(crate) const FLAT_SHARE: u32 = 60;
/// Couples with one surname.
pub(crate) const COUPLE_ONE_NAME: u32 = 820;
/// Children born on the day of their brother or sister.
pub(crate) const TWINS: u32 = 30;
/// Of children of the sex of the first parent: called the same.
pub(crate) const CHILD_WITH_PARENTS_NAME: u32 = 20;
/// Households that moved once between 2015 and 2026.
pub(crate) const MOVED: u32 = 262;
pub(crate) const LANDLINE: u32 = 520;
/// Of households of several: one mail address for all, beside their own.
pub(crate) const FAMILY_MAIL: u32 = 60;
pub(crate) const SECOND_GIVEN_NAME: u32 = 120;
pub(crate) const SECOND_MAIL: u32 = 260;
pub(crate) const MOBILE: u32 = 850;
/// Of people with a mobile number: had another one before.
pub(crate) const SECOND_MOBILE: u32 = 250;
/// Of former numbers in households of several: goes on to the next person at home.
pub(crate) const PHONE_PASSED_ON: u32 = 250;
