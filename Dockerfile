# The page for hosts with a CPU; the lab with: docker run -p 8501:8501 IMAGE pose-workbench lab
#   docker build -t pose-workbench . && docker run -p 7860:7860 pose-workbench
FROM python:3.12-slim
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends libgl1 libglib2.0-0 && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home visitor
WORKDIR /home/visitor/workbench
COPY requirements.txt ./
# uv takes PyTorch's build for CPUs, far smaller than that for NVIDIA's graphics cards.
RUN pip install --no-cache-dir uv && uv pip install --system --no-cache --torch-backend=cpu -r requirements.txt
COPY . .
RUN uv pip install --system --no-cache --torch-backend=cpu '.[lab]'
USER visitor
ENV GRADIO_SERVER_NAME=0.0.0.0 STREAMLIT_SERVER_ADDRESS=0.0.0.0 STREAMLIT_SERVER_HEADLESS=true
EXPOSE 7860 8501
CMD ["python", "app.py"]
