"""The TLS of connections to the broker: 1.3 only, our own authority only, both ends certified."""

import ssl

from anjungan.regency.link.settings import TlsFiles


class ClosingSocket(ssl.SSLSocket):
    """Closes itself when the handshake fails; paho forgets such a socket."""

    def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002 - the library's own
        """Shake hands, or close."""
        try:
            super().do_handshake(block)
        except OSError:
            self.close()
            raise


def client_context(files: TlsFiles) -> ssl.SSLContext:
    """A context made anew for each connection, so that a renewed certificate is taken by itself.

    Raises OSError (an ssl.SSLError too) when a file is missing, unreadable or does not fit.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_verify_locations(cafile=files.authorities)
    context.load_cert_chain(files.certificate, files.key)
    context.sslsocket_class = ClosingSocket
    return context


def trouble_of(error: Exception) -> str:
    """Why the broker was not reached, for the log: a person's certificate trouble has a name."""
    match error:
        case ssl.SSLCertVerificationError():
            return f"its certificate is not accepted: {error.verify_message}"
        case ssl.SSLError():
            return f"TLS: {error.reason or type(error).__name__}"
        case FileNotFoundError():
            return f"{error.filename or 'a certificate file'} is missing"
        case OSError():
            return error.strerror or type(error).__name__
        case _:
            return type(error).__name__
