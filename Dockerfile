# The linklint image: docker run --rm -v "$PWD:/src:ro" linklint
FROM python:3.13-slim AS build
COPY . /linklint
RUN pip wheel --no-cache-dir --quiet --wheel-dir /wheels /linklint

FROM python:3.13-slim
# git lists the files of a repository, whoever owns them; linklint runs nothing that a repository names.
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends git \
 && rm -rf /var/lib/apt/lists/* \
 && git config --system --add safe.directory '*'
COPY --from=build /wheels /wheels
RUN pip install --no-cache-dir --quiet --no-index --find-links /wheels docker-linklint && rm -rf /wheels
USER 65534:65534
WORKDIR /src
ENTRYPOINT ["linklint"]
CMD ["scan"]
