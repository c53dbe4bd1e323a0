"""Every page as a browser shows it: which pages there are, what fills them, what is seen, and pictures of them."""
