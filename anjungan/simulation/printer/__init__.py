"""A receipt printer on a pseudo-terminal that answers, prints, tires and breaks as a real one."""
