"""Pages of enrolment and certificates, and the endpoint kiosks enrol at."""
