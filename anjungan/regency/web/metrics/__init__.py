"""What programs watch the regency by."""
