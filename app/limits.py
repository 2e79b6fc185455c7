"""What the page allows, in one place, each with its reason."""

UPLOAD = "100mb"  # what methods.images reads at most
QUEUE = 32  # waiting visitors; at about 1 s a run the last one waits half a minute, and more would give up
MEMORY = 512 * 2**20  # bytes of photos and network outputs of all visitors; the rest of 2 GB is models and libraries
IDLE = 1800  # s; a photo nobody touched for so long is forgotten
SESSIONS = 256  # pages that may be open at once; each holds its controls' state, about 1 MB
CACHE_CHECK, CACHE_AGE = 600, 1800  # s; how often uploaded files are looked through, and how old they may get
KNOWN = 200  # people of a photo who keep their numbers; more than any photo holds, and matching them takes milliseconds
MARKS = 300  # of one layer of evidence; about 60 kB, and as many as the eye can still tell apart
SHOWN_SIDE = 1600  # px; the photo as sent to the browser, sharp enough to zoom into on a large screen
DECODERS = 4  # threshold changes answered at once; each takes milliseconds
RANKED = 40  # people compared joint by joint; a longer list is not read, and it keeps a threshold's answer quick
STRESS_SIDE = 800  # px; photos are made worse at this size, which the networks' inputs do not exceed
BATCH = 24  # photos at once; at about 1 s each for all methods the visitor waits half a minute, the others as long
VIDEO_SECONDS, VIDEO_FRAMES = 10, 30  # frames are run one by one, so 30 take as long as a batch
VIDEO_SIDE = 640  # px; 30 frames of it are 28 MB a visitor
