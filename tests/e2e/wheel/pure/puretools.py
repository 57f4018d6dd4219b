from wordtools import count
