// The page's words: Indonesian first, English beside it.

const WORDS = {
  title: ["Meja Simulasi", "Simulation Desk"],
  invented: ["Semua warga di sini rekaan", "All residents here are invented"],
  regency: ["Halaman kabupaten", "Regency pages"],
  kiosk: ["Anjungan", "Kiosk"],
  screen: ["Layar anjungan; sentuh di sini", "The kiosk's screen; touch it here"],
  dark: ["Layar belum menyala", "The screen is not on"],
  printer: ["Pencetak tiket", "Ticket printer"],
  desk: ["Di atas meja", "On the desk"],
  deskHint: [
    "Klik untuk menempelkan sebentar. Seret ke alat untuk menaruhnya.",
    "Click to hold it there for a moment. Drag it to a device to leave it there.",
  ],
  typed: ["Isi kode lain", "Another code"],
  scanIt: ["Pindai", "Scan"],
  faults: ["Gangguan", "Faults"],
  bytes: ["Bita", "Bytes"],
  said: ["Suara", "Sound"],
  pause: ["Jeda", "Pause"],
  clear: ["Bersihkan", "Clear"],
  bytesNote: [
    "Isi jalur alat. Warga di sini rekaan; di desa isi ini data pribadi.",
    "What is on the devices' lines. Residents here are invented; in a village this is personal data.",
  ],
  gone: ["Demo berhenti. Menunggu demo berikutnya.", "The demo has stopped. Waiting for the next one."],
  away: ["Buang", "Throw away"],
  close: ["Tutup", "Close"],
  link: ["Jalur ke kabupaten", "Line to the regency"],
  linkModes: {
    ok: ["Baik", "Up"],
    slow: ["Lambat", "Slow"],
    cut: ["Putus", "Cut"],
    blackhole: ["Hilang", "Black hole"],
  },
  connected: ["Tersambung", "Connected"],
  notConnected: ["Tidak tersambung", "Not connected"],
  families: {
    card_reader: ["Pembaca kartu", "Card reader"],
    scanner: ["Pemindai", "Scanner"],
    printer: ["Pencetak", "Printer"],
    buttons: ["Panel tombol", "Button panel"],
  },
  plugged: ["Tercolok", "Plugged in"],
  unplugged: ["Dicabut", "Unplugged"],
  faultNames: {
    silent: ["Diam", "Silent"],
    noise: ["Derau", "Noise"],
    paper_out: ["Kertas habis", "Paper out"],
    near_end: ["Hampir habis", "Near end"],
    cover_open: ["Tutup terbuka", "Cover open"],
    cutter_jam: ["Pisau macet", "Cutter jam"],
    head_hot: ["Kepala panas", "Head hot"],
    offline: ["Luring", "Offline"],
    power_off: ["Mati listrik", "No power"],
  },
  endsAfter: ["Kertas habis setelah", "Paper ends after"],
  lines: ["baris", "lines"],
  set: ["Atur", "Set"],
  doorOpen: ["terbuka", "open"],
  doorShut: ["tertutup", "shut"],
  doors: { door: ["Pintu", "Door"], tamper: ["Segel", "Tamper"] },
  buzzer: ["Bel berbunyi", "Buzzer sounds"],
  holdHere: ["Tempel kartu", "Hold a card"],
  scanHere: ["Arahkan QR", "Show a QR"],
  tear: ["Sobek", "Tear off"],
  take: ["Ambil", "Take it"],
  noPaper: ["Belum ada kertas", "No paper yet"],
  lying: ["Di pembaca; klik untuk mengambil", "On the reader; click to take it"],
  ticket: ["Kertas", "Paper"],
  noCode: ["Tidak ada QR di kertas ini", "There is no QR on this paper"],
  noReader: ["Tidak ada pembaca untuk kartu ini", "No reader sees this card"],
  noScanner: ["Tidak ada pemindai", "There is no scanner"],
  refused: ["Tidak bisa", "Not possible"],
  toHost: ["ke anjungan", "to the kiosk"],
  fromHost: ["dari anjungan", "from the kiosk"],
  beeps: {
    press: ["Bunyi tekan", "Click"],
    accepted: ["Bunyi berhasil", "Chime"],
    refused: ["Bunyi ditolak", "Low beep"],
  },
  does: {
    up: ["Naik", "Up"],
    down: ["Turun", "Down"],
    ok: ["OK", "OK"],
    back: ["Kembali", "Back"],
    help: ["Bantuan", "Help"],
    home: ["Beranda", "Home"],
    language: ["Bahasa", "Language"],
    sound: ["Suara", "Sound"],
  },
};

const KEPT = "anjungan-desk-language";
let language = localStorage.getItem(KEPT) === "en" ? 1 : 0;
const listeners = [];

export function pick(pair) {
  return pair[language];
}

export function t(key, inner) {
  const entry = inner === undefined ? WORDS[key] : WORDS[key][inner];
  return entry === undefined ? String(inner ?? key) : entry[language];
}

export function onLanguage(listener) {
  listeners.push(listener);
}

function apply() {
  document.documentElement.lang = language ? "en" : "id";
  for (const each of document.querySelectorAll("[data-t]")) each.textContent = t(each.dataset.t);
  for (const each of document.querySelectorAll("[data-t-label]"))
    each.setAttribute("aria-label", t(each.dataset.tLabel));
  for (const each of document.querySelectorAll("[data-t-placeholder]"))
    each.placeholder = t(each.dataset.tPlaceholder);
  for (const each of document.querySelectorAll("[data-language]"))
    each.setAttribute("aria-pressed", String((each.dataset.language === "en") === Boolean(language)));
  for (const listener of listeners) listener();
}

export function startWords() {
  for (const each of document.querySelectorAll("[data-language]")) {
    each.addEventListener("click", () => {
      language = each.dataset.language === "en" ? 1 : 0;
      localStorage.setItem(KEPT, each.dataset.language);
      apply();
    });
  }
  apply();
}
