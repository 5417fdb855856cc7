"""The pure rules of enrollment: who may be written about, who may take part, who comes next."""
