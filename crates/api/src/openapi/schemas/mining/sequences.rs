//! Whole journeys and ways within them.

use super::{Figures, Named, events, interval, journeys, named, names, share_or_null, touchpoint};
use crate::openapi::schema::{list, number, of, one_of, or_null, share, text, whole};

pub(super) fn figures() -> Vec<Figures> {
    vec![
        (
            "Variants",
            "Whole sequences of touchpoints",
            vec![
                journeys(),
                events(),
                ("variants", whole("Distinct sequences")),
                ("top", list(&of("Variant"), "The most frequent ones")),
            ],
        ),
        (
            "Loops",
            "Where journeys go round in circles, and where they end",
            vec![
                journeys(),
                ("customers", whole("Distinct customers")),
                events(),
                ("journeys_with_self_loop", whole("Journeys with a self-loop or more")),
                ("journeys_with_return", whole("Journeys with a return or more")),
                ("journeys_with_ping_pong", whole("Journeys with a ping-pong or more")),
                ("self_loops_in_all", whole("Touchpoints with a self-loop, also those that are not listed")),
                ("self_loops", list(&of("SelfLoop"), "Touchpoints directly followed by themselves")),
                ("returns_in_all", whole("Touchpoints with a return, also those that are not listed")),
                ("returns", list(&of("Return"), "Touchpoints to which journeys come back after something else")),
                ("ping_pongs_in_all", whole("Pairs with a ping-pong, also those that are not listed")),
                ("ping_pongs", list(&of("PingPong"), "To another touchpoint and straight back")),
                ("dead_ends_in_all", whole("Touchpoints where a journey ends, also those that are not listed")),
                ("dead_ends", list(&of("DeadEnd"), "Touchpoints where journeys end")),
            ],
        ),
        (
            "Hops",
            "Changes of channel",
            vec![
                journeys(),
                ("customers", whole("Distinct customers")),
                events(),
                ("hops_in_all", whole("Changes of channel")),
                ("journeys_across", whole("Journeys that use more than one channel")),
                ("journeys_across_share", share_or_null("Of all journeys")),
                ("customers_across", whole("Customers whose journeys together use more than one channel")),
                ("customers_across_share", share_or_null("Of all customers")),
                ("customers_across_interval", interval("Wilson's interval of that share at 95 %")),
                (
                    "channels",
                    list(
                        &of("ChannelUse"),
                        "The most frequent first; events = starts + stays + hops_in = ends + stays + hops_out",
                    ),
                ),
                ("hops", list(&of("Hop"), "From which channel to which, the most frequent first")),
                ("by_channels", list(&of("JourneysBy"), "Journeys by number of distinct channels")),
                ("by_hops", list(&of("JourneysBy"), "Journeys by number of hops")),
                ("sequences_in_all", whole("Distinct sequences of channels")),
                ("sequences", list(&of("ChannelSequence"), "The most frequent ones, repeats collapsed")),
            ],
        ),
        (
            "Matches",
            "Where a way is found in journeys",
            vec![
                ("way", text("The way, in canonical form")),
                journeys(),
                ("journeys_with_match", whole("Journeys in which it is found")),
                ("share_of_journeys", share_or_null("The same as a share; null if there is no journey")),
                ("customers", whole("Distinct customers with a journey")),
                ("customers_with_match", whole("Those with a journey in which it is found")),
                ("share_of_customers", share_or_null("The same as a share; null if there is no customer")),
                ("matches", whole("How often it is found; no event lies in two matches")),
                ("time", or_null(of("Wait"))),
                ("between", or_null(of("Between"))),
                ("distinct_middles", whole("Distinct middle parts")),
                ("middles", list(&of("Middle"), "The most frequent middle parts")),
                ("at_start", whole("Matches with which the journey begins")),
                ("before", list(&of("Count"), "What came directly before the others")),
                ("after", list(&of("Count"), "What came directly after a match")),
                ("at_end", whole("Matches with which the journey ends")),
            ],
        ),
        (
            "Clusters",
            "Kinds of journeys: clusters of the most frequent variants",
            vec![
                journeys(),
                ("variants", whole("Distinct sequences")),
                ("clustered_variants", whole("Variants that were clustered")),
                ("clustered_journeys", whole("Journeys that have them; the n of each cluster's share")),
                ("clustered_share", share_or_null("Share of all journeys that have them")),
                ("cut_variants", whole("Clustered variants of which only the first 64 touchpoints were compared")),
                (
                    "structure",
                    one_of(
                        ["no clear clusters", "weak", "reasonable", "strong"],
                        "How clear the clusters are, by their silhouette: from 0.25, above 0.5, above 0.7",
                    ),
                ),
                ("silhouette", or_null(number("Mean over the clustered journeys; null for fewer than two clusters"))),
                ("resamples", whole("How often journeys were drawn anew for the stability")),
                ("clusters", list(&of("Cluster"), "The one with most journeys first")),
                ("tried", list(&of("Tried"), "Each number of clusters that was tried")),
            ],
        ),
    ]
}

pub(super) fn parts() -> Named {
    let mut parts = vec![
        named(
            "Variant",
            "One sequence",
            vec![
                ("touchpoints", names("The sequence, repeats kept")),
                ("journeys", whole("Journeys that have it")),
                ("share", share("Share of all journeys")),
                ("cumulative_share", share("Share of all journeys that this and the ones before it cover")),
            ],
        ),
        named(
            "Between",
            "Number of events between the first and the last of a match",
            vec![("mean", number("The mean")), ("median", number("The median")), ("max", whole("The most"))],
        ),
        named(
            "Middle",
            "What lies between the first and the last event of a match",
            vec![
                ("touchpoints", names("In their order; none where the two are neighbours")),
                ("matches", whole("Matches that have it")),
                ("share", share_or_null("Of all matches")),
            ],
        ),
        named(
            "Cluster",
            "Variants that are alike",
            vec![
                ("medoid", names("The variant that is nearest to all others")),
                ("journeys", whole("Journeys that have one of them")),
                ("share", share_or_null("Share of the clustered journeys")),
                ("variants", whole("Variants")),
                ("mean_distance", share("Mean distance of its journeys from the medoid")),
                ("silhouette", or_null(number("Mean of its journeys; null for a single cluster"))),
                (
                    "jaccard",
                    share_or_null(
                        "Mean Jaccard similarity to the most similar cluster of each resample; null for a single cluster",
                    ),
                ),
                (
                    "stability",
                    or_null(one_of(["stable", "doubtful", "unstable"], "What that means: from 0.75, from 0.6, below")),
                ),
                (
                    "typical",
                    list(
                        &of("Typical"),
                        "Touchpoints that are more frequent than in all, the greatest difference first",
                    ),
                ),
            ],
        ),
        named(
            "Typical",
            "A touchpoint that is typical of a cluster",
            vec![
                ("touchpoint", touchpoint()),
                ("share", share("Share of the cluster's journeys that come by")),
                ("share_in_all", share("Share of all clustered journeys that come by")),
            ],
        ),
        named(
            "Tried",
            "A number of clusters",
            vec![("clusters", whole("How many")), ("silhouette", number("Mean over the clustered journeys"))],
        ),
    ];
    parts.extend(of_loops());
    parts.extend(of_hops());
    parts
}

fn of_loops() -> Named {
    let counts = || {
        vec![
            ("occurrences", whole("How often")),
            ("customers", whole("Distinct customers")),
            ("journeys", whole("Distinct journeys")),
        ]
    };
    let of_those_there = || {
        vec![
            ("journeys_there", whole("Journeys that come to the touchpoint; the n of `share`")),
            ("share", share_or_null("Share of the journeys that come to the touchpoint")),
        ]
    };
    let back = vec![
        ("wait", of("Wait")),
        ("via", text("The touchpoint that most often followed first")),
        ("via_occurrences", whole("Returns on which it did")),
    ];
    let at = || vec![("touchpoint", touchpoint())];
    let there_and_back = vec![("touchpoint", text("Where it begins and ends")), ("via", text("What lies between"))];
    vec![
        named("SelfLoop", "A touchpoint directly followed by itself", [at(), counts(), of_those_there()].concat()),
        named(
            "Return",
            "A touchpoint to which journeys come back after something else",
            [at(), counts(), of_those_there(), back].concat(),
        ),
        named("PingPong", "To another touchpoint and straight back", [there_and_back, counts()].concat()),
        named(
            "DeadEnd",
            "A touchpoint where journeys end",
            vec![
                ("touchpoint", touchpoint()),
                ("ends", whole("Journeys that end there")),
                ("visits", whole("Events there")),
                ("share_of_visits", share_or_null("Share of the events there that are the last of their journey")),
                ("journeys_there", whole("Journeys that come there")),
                ("share_of_journeys", share_or_null("Share of them that end there")),
                ("customers_there", whole("Customers with a journey that comes there")),
                ("customers", whole("Customers with a journey that ends there")),
                ("share_of_customers", share_or_null("Share of them of those that come there")),
                ("interval", interval("Wilson's interval of `share_of_customers` at 95 %")),
            ],
        ),
    ]
}

fn of_hops() -> Named {
    vec![
        named(
            "ChannelUse",
            "A channel",
            vec![
                ("channel", text("What it is shown as; `(not said)` for events that say none")),
                ("events", whole("Events there")),
                ("customers", whole("Distinct customers whose journeys use it")),
                ("journeys", whole("Distinct journeys that use it")),
                ("starts", whole("Journeys that begin there")),
                ("ends", whole("Journeys that end there")),
                ("stays", whole("Events whose next one comes by the same channel")),
                ("hops_in", whole("Changes to the channel")),
                ("hops_out", whole("Changes to another channel")),
            ],
        ),
        named(
            "Hop",
            "One channel directly followed by another",
            vec![
                ("from", text("The channel of the earlier event")),
                ("to", text("The channel of the event directly after it")),
                ("occurrences", whole("How often")),
                ("customers", whole("Distinct customers")),
                ("journeys", whole("Distinct journeys")),
                ("wait", of("Wait")),
            ],
        ),
        named(
            "JourneysBy",
            "How many journeys have so many",
            vec![
                ("number", whole("So many")),
                ("journeys", whole("Journeys")),
                ("share", share_or_null("Of all journeys")),
            ],
        ),
        named(
            "ChannelSequence",
            "Channels in the order in which journeys use them",
            vec![
                ("channels", names("No two neighbours are the same")),
                ("journeys", whole("Journeys that have it")),
                ("share", share_or_null("Of all journeys")),
            ],
        ),
    ]
}
