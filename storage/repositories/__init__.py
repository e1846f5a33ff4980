"""What is stored about papers, chats, topics and people."""
