"""A KakaoTalk-like chat page that talks to the real webhook. Off in production."""
