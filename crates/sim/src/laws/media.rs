//! What makes needs: people's own lives, friends, posters and advertisements; the last two only where there are contacts.

/// Of first needs, per cent: own, a friend's word, a poster, an advertisement.
pub(crate) const CAUSES: [u32; 4] = [40, 24, 18, 18];

/// Weeks of the world in which stories begin.
pub(crate) const WEEKS: usize = 66;

/// Contacts with posters in each week, in thousands for a hundred thousand people: flights with pauses.
#[rustfmt::skip]
pub(crate) const POSTERS: [u32; WEEKS] = [
    90, 120, 120, 60, 0, 0, 0, 0, 80, 80, 80, 0, 0, 0, 0, 0, 0, 50, 50, 50, 0, 0, 0, 0, 0, 0, 70, 70, 0, 0, 0, 0, 0,
    40, 90, 90, 0, 0, 0, 0, 0, 0, 0, 0, 0, 30, 60, 100, 140, 140, 100, 0, 0, 0, 110, 110, 60, 0, 0, 0, 0, 90, 90, 0, 0, 0,
];
/// The same for advertisements in social networks: always some, more in spring and before Christmas.
#[rustfmt::skip]
pub(crate) const ADS: [u32; WEEKS] = [
    300, 320, 280, 350, 400, 310, 260, 200, 180, 240, 300, 220, 160, 140, 150, 180, 200, 120, 110, 130, 170, 160, 140, 120,
    100, 130, 150, 180, 140, 100, 90, 110, 160, 240, 300, 340, 280, 200, 60, 40, 80, 100, 120, 140, 180, 240, 300, 260, 380,
    420, 360, 300, 340, 280, 240, 300, 320, 200, 180, 220, 260, 240, 180, 160, 140, 120,
];
/// What a thousand contacts cost, in cents: posters, advertisements.
pub(crate) const CENTS_PER_THOUSAND: [u64; 2] = [420, 780];
