"""What people do wrong in a plan, and what they meant: looked at only once there is an error."""
