"""Makes the golden cases of models/conformance; models/conformance/README.md says how."""
