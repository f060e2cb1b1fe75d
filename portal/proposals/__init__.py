"""A candidate proposed for an opening: the states from draft to hire, messages and interviews."""
