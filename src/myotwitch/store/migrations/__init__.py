"""How the tables of a store came to be what they are, one module a step; run by `myotwitch.store.schema`."""
