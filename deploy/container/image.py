#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes what a Containerfile says as an OCI image layout, with one layer and no engine.

Only what synfin's Containerfile uses is understood. The same input gives the same bytes: files come in the
order of their names, belong to root, and are as old as --created.
"""

import argparse
import datetime
import gzip
import hashlib
import io
import json
import pathlib
import platform
import shlex
import tarfile

ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


class Image:
    def __init__(self, containerfile, context):
        self.context = context
        self.files = {}
        self.config = {"Env": ["PATH=/usr/bin"]}
        for line in containerfile.read_text().splitlines():
            if line and not line.startswith("#"):
                word, _, rest = line.partition(" ")
                getattr(self, f"take_{word.lower()}")(rest)

    def take_from(self, name):
        assert name == "scratch", "from nothing, or not at all"

    def take_copy(self, names):
        *sources, target = names.split()
        for source in sources:
            path = target + source if target.endswith("/") else target
            self.files[path.lstrip("/")] = self.context / source

    def take_label(self, labels):
        pairs = (label.split("=", 1) for label in shlex.split(labels))
        self.config.setdefault("Labels", {}).update(pairs)

    def take_expose(self, port):
        self.config.setdefault("ExposedPorts", {})[port] = {}

    def take_user(self, user):
        self.config["User"] = user

    def take_entrypoint(self, command):
        self.config["Entrypoint"] = json.loads(command)

    def take_cmd(self, arguments):
        self.config["Cmd"] = json.loads(arguments)


def tar(entries, created):
    """A tar of (name, content), where no content is a folder."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content, mode in entries:
            info = tarfile.TarInfo(name)
            info.mtime, info.mode = created, mode
            info.uname = info.gname = "root"
            if content is None:
                info.type = tarfile.DIRTYPE
                archive.addfile(info)
            else:
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def layer(files, created):
    folders = {parent for name in files for parent in pathlib.PurePosixPath(name).parents}
    folders = {str(folder) for folder in folders} - {"."}
    entries = [(name + "/", None, 0o755) for name in folders]
    for name, source in files.items():
        mode = 0o755 if "bin" in pathlib.PurePosixPath(name).parts else 0o644
        entries.append((name, source.read_bytes(), mode))
    return tar(sorted(entries), created)


class Layout:
    def __init__(self):
        self.blobs = {}

    def add(self, kind, content):
        digest = hashlib.sha256(content).hexdigest()
        self.blobs[digest] = content
        return {"mediaType": f"application/vnd.oci.image.{kind}", "digest": f"sha256:{digest}",
                "size": len(content)}

    def files(self, manifest, name):
        manifest["annotations"] = {"org.opencontainers.image.ref.name": name}
        index = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json",
                 "manifests": [manifest]}
        yield "oci-layout", text({"imageLayoutVersion": "1.0.0"})
        yield "index.json", text(index)
        for digest, content in sorted(self.blobs.items()):
            yield f"blobs/sha256/{digest}", content


def text(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("containerfile", type=pathlib.Path)
    parser.add_argument("context", type=pathlib.Path, help="the folder that it copies from")
    parser.add_argument("output", type=pathlib.Path, help="the layout's folder; .tar beside it")
    parser.add_argument("--version", required=True)
    parser.add_argument("--created", type=int, required=True, help="seconds since the Unix epoch")
    options = parser.parse_args()

    image = Image(options.containerfile, options.context)
    image.config.setdefault("Labels", {})["org.opencontainers.image.version"] = options.version
    architecture = ARCHITECTURES[platform.machine()]
    created = datetime.datetime.fromtimestamp(options.created, datetime.timezone.utc)
    created = created.isoformat().replace("+00:00", "Z")

    plain = layer(image.files, options.created)
    layout = Layout()
    packed = layout.add("layer.v1.tar+gzip", gzip.compress(plain, 9, mtime=0))
    config = layout.add("config.v1+json", text({
        "architecture": architecture, "os": "linux", "created": created, "config": image.config,
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(plain).hexdigest()}"]},
        "history": [{"created": created, "created_by": "make image"}]}))
    manifest = layout.add("manifest.v1+json", text({
        "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": config, "layers": [packed]}))
    manifest["platform"] = {"architecture": architecture, "os": "linux"}

    files = list(layout.files(manifest, options.version))
    for name, content in files:
        path = options.output / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    entries = [(name, content, 0o644) for name, content in files]
    entries += [("blobs/", None, 0o755), ("blobs/sha256/", None, 0o755)]
    packed = tar(sorted(entries), options.created)
    options.output.with_name(options.output.name + ".tar").write_bytes(packed)


if __name__ == "__main__":
    main()
