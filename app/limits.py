"""What the page allows, in one place, each with its reason; less where it is hosted for everybody."""

import os

HOSTED = "SPACE_ID" in os.environ  # every Hugging Face Space sets it; strangers share two processor cores there

UPLOAD = "25mb" if HOSTED else "100mb"  # a phone's photo, or ten seconds of its video; else what methods.images reads
PIXELS = 16_000_000 if HOSTED else 25_000_000  # of a photo; phones take 12 million, methods.images gives 25 at most
QUEUE = 16 if HOSTED else 32  # waiting visitors; at 2 s a run the last one waits half a minute, at home a whole one
GPU_SECONDS = 10  # that ZeroGPU lends at most for one network's run, which takes one; short loans are given first
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
BATCH = 8 if HOSTED else 24  # photos at once; at 2 s each for all methods others wait so long: 16 s, at home 48 s
VIDEO_SECONDS, VIDEO_FRAMES = (5, 10) if HOSTED else (10, 30)  # frames are run one by one, as photos of a batch
VIDEO_SIDE = 640  # px; 30 frames of it are 28 MB a visitor
BENCH_MEMORY = 256 * 2**20  # bytes of all visitors' own data sets and results; twenty of COCO val2017's size
BENCH_JSON = 40_000_000  # bytes; twice the results of all 5,000 photos of COCO val2017
BENCH_RESULTS = 150_000  # people in all results files; seven methods on COCO val2017, matched in seconds
BENCH_PAIRS = 400_000  # detections with people of the same photo; twice COCO val2017's, matched in 500 MB
BENCH_PHOTOS = 10 if HOSTED else 60  # of a visitor's own data set that methods look at; 2 s each, and others wait
CASES = 24  # close-ups at once; about 15 kB each
TIMED = 5  # scenes on which each method's time is measured; a few seconds for all
# A folder on the server can be named only where nobody but the machine's own user sees the page.
ADDRESS = os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1")
LOCAL = not HOSTED and "GRADIO_SHARE" not in os.environ and ADDRESS in ("127.0.0.1", "localhost")
