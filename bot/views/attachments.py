"""What a file is called that came without a name."""

PHOTO = "фото.jpg"
VOICE = "голосовое.ogg"
DOCUMENT = "документ"
VIDEO = "видео.mp4"
AUDIO = "аудио.mp3"
