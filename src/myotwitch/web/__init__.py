"""The local app: pages that a person uses with one thumb, on their own machine and for nobody else."""
