//! Kernels over sorted columns: graph, variants, transitions.
