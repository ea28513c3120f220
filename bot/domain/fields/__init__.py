"""What is asked: fields, their values, and the rules between them."""
