"""A real Pravega 0.13 with TLS, with authentication, or with both, and what clients need for it.

    with secure_server.started(tls=True, auth=False) as server: ...

`server.uri` is the controller's, `server.directory` has ca.pem (what clients trust), other-ca.pem
(a CA that has issued nothing), and the password file `accounts` where authentication is on.
"""

import contextlib
import hashlib
import os
import pathlib
import shutil

import interop

# The standalone server has this password of its key stores built in.
STORE_PASSWORD = "1111_aaaa"
ADMINISTRATOR = ("admin", "1111_aaaa")
DAYS = 30
TOKEN_SECONDS = 600
TOKEN_KEY = "secret"
HASH_ROUNDS = 5000


def openssl(*words):
    interop.run_ok(["openssl", *words])


def make_authority(folder, name):
    key, certificate = folder / f"{name}-key.pem", folder / f"{name}.pem"
    openssl(
        *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", DAYS),
        *("-subj", f"/CN={name}", "-keyout", key, "-out", certificate),
        *("-addext", "basicConstraints=critical,CA:TRUE"),
        *("-addext", "keyUsage=critical,keyCertSign"),
    )


def make_certificate(folder, name, names):
    """A certificate of the authority `ca`, its key as PKCS#8, and both with the CA's in a chain."""
    request, extensions = folder / f"{name}.csr", folder / f"{name}.ext"
    key, certificate = folder / f"{name}-key.pem", folder / f"{name}.pem"
    openssl(
        *("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}"),
        *("-keyout", key, "-out", request),
    )
    extensions.write_text(f"subjectAltName={names}\nextendedKeyUsage=serverAuth,clientAuth\n")
    openssl(
        *("x509", "-req", "-in", request, "-CA", folder / "ca.pem", "-days", DAYS),
        *("-CAkey", folder / "ca-key.pem", "-set_serial", "0x" + os.urandom(8).hex()),
        *("-extfile", extensions, "-out", certificate),
    )
    chain = certificate.read_text() + (folder / "ca.pem").read_text()
    (folder / f"{name}-chain.pem").write_text(chain)


def make_key_stores(folder):
    """What the server's own ZooKeeper wants as soon as TLS is on."""
    bundle = folder / "server.p12"
    openssl(
        *("pkcs12", "-export", "-in", folder / "server-chain.pem", "-name", "server"),
        *("-inkey", folder / "server-key.pem", "-passout", f"pass:{STORE_PASSWORD}"),
        *("-out", bundle),
    )
    interop.run_ok(
        ["keytool", "-importkeystore", "-noprompt", "-srckeystore", bundle, "-srcstoretype"]
        + ["PKCS12", "-srcstorepass", STORE_PASSWORD, "-deststoretype", "JKS", "-deststorepass"]
        + [STORE_PASSWORD, "-destkeystore", folder / "keys.jks"]
    )
    interop.run_ok(
        ["keytool", "-importcert", "-noprompt", "-alias", "ca", "-file", folder / "ca.pem"]
        + ["-storetype", "JKS", "-storepass", STORE_PASSWORD, "-keystore", folder / "trust.jks"]
    )
    (folder / "password").write_text(STORE_PASSWORD)


def make_certificates(folder, names="DNS:localhost"):
    folder.mkdir(parents=True, exist_ok=True)
    make_authority(folder, "ca")
    make_authority(folder, "other-ca")
    make_certificate(folder, "server", names)
    make_key_stores(folder)


def account(user, password, permissions):
    """A line of the password file; `permissions` as "resource,READ_UPDATE;resource,READ"."""
    salt = os.urandom(32)
    derived = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, HASH_ROUNDS, 64)
    text = f"{HASH_ROUNDS}:{salt.hex()}:{derived.hex()}"
    return f"{user}:{text.encode().hex()}:{permissions}\n"


def tls_options(folder):
    option = "-Dsinglenode.security.tls."
    return [
        f"{option}certificate.location={folder}/server-chain.pem",
        f"{option}privateKey.location={folder}/server-key.pem",
        f"{option}keyStore.location={folder}/keys.jks",
        f"{option}keyStore.pwd.location={folder}/password",
        f"{option}trustStore.location={folder}/trust.jks",
    ]


def auth_options(folder, token_seconds):
    option = "-Dsinglenode.security.auth."
    user, password = ADMINISTRATOR
    return [
        f"{option}credentials.username={user}",
        f"{option}credentials.pwd={password}",
        f"{option}pwdAuthHandler.accountsDb.location={folder}/accounts",
        f"-DautoScale.security.auth.token.signingKey.basis={TOKEN_KEY}",
        f"-Dtuned.token.seconds={token_seconds}",
        f"-Dtuned.token.key={TOKEN_KEY}",
    ]


def compile_launcher(into):
    sources = interop.HERE / "launcher" / "io" / "pravega" / "local"
    into.mkdir(parents=True, exist_ok=True)
    classes = f"{interop.jars()}/*"
    interop.run_ok(["javac", "-nowarn", "-cp", classes, "-d", into, *sources.glob("*.java")])


class SecureServer(interop.Server):
    """One running server; clients name it "localhost", as its certificate does."""

    def __init__(self, directory, tls):
        super().__init__(directory)
        port = self.controller.rsplit(":", 1)[1]
        self.uri = f"{'tls' if tls else 'tcp'}://localhost:{port}"
        self.tls = tls

    def stop(self):
        super().stop()
        shutil.rmtree(self.directory)


def start(directory, tls=True, auth=False, token_seconds=TOKEN_SECONDS, accounts=()):
    """`accounts`: further lines of the password file, of `account`."""
    folder = pathlib.Path(directory)
    folder.mkdir(parents=True, exist_ok=True)
    switch = {True: "true", False: "false"}
    options = [
        f"-Dsinglenode.security.tls.enable={switch[tls]}",
        f"-Dsinglenode.security.auth.enable={switch[auth]}",
        "-Dpravegaservice.service.published.host.nameOrIp=localhost",
    ]
    words = []
    if tls:
        make_certificates(folder)
        options += tls_options(folder)
    if auth:
        everything = account(*ADMINISTRATOR, "prn::*,READ_UPDATE")
        (folder / "accounts").write_text(everything + "".join(accounts))
        options += auth_options(folder, token_seconds)
        compile_launcher(folder / "launcher")
        words += ["--classes", folder / "launcher"]
    for each in options:
        words += ["--java", each]
    interop.Server.start(folder, *words)
    return SecureServer(folder, tls)


@contextlib.contextmanager
def started(**switches):
    """Each server has a folder of its own: tests of different switches may run side by side."""
    interop.require_java()
    directory = interop.STATE / f"secure-{os.getpid()}"
    running = start(directory, **switches)
    try:
        yield running
    finally:
        running.stop()
