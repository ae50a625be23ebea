"""Reading the answer to the question that is open: one function per question, in a table."""
