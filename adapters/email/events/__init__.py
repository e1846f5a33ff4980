"""What mail servers report of mails that were sent: bounces and complaints."""
