"""Where records leave Khabar: filters over them, and a view for people."""
