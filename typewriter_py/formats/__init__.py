"""Other spellings of a tracking plan, to and from the intermediate representation."""
