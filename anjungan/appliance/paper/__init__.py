"""What is printed for residents and officers, laid out for receipt paper."""
