"""The motor axon: two compartments that answer to ions, medicines and disease, and a cable that conducts."""
