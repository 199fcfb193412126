/// Probabilities of several tests, raised so far that each may be held against a level by itself, and the chance that anything
/// at all is found where there is nothing stays below that level (Holm 1979). In the order given.
///
/// ```
/// assert_eq!(mining::statistics::holm(&[0.01, 0.04, 0.03, 0.005]), [0.03, 0.06, 0.06, 0.02]);
/// ```
pub fn holm(tests: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..tests.len()).collect();
    order.sort_by(|&a, &b| tests[a].total_cmp(&tests[b]));
    let mut raised = vec![1.0; tests.len()];
    let mut least: f64 = 0.0;
    for (place, index) in order.into_iter().enumerate() {
        // None is raised less than one that was likelier to be found.
        least = least.max(tests[index] * (tests.len() - place) as f64).min(1.0);
        raised[index] = least;
    }
    raised
}
