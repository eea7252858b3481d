"""Who may name a village's contact: its own officer, and whoever manages settings."""

from anjungan.protocol.identity import VillageCode
from anjungan.regency.staff.accounts import StaffMember
from anjungan.regency.staff.permissions import Permission, Role


def may_edit_contact(staff: StaffMember, village: VillageCode | None) -> bool:
    """Whether ``staff`` may change the contact of ``village``; nobody that of None."""
    if village is None:
        return False
    if staff.role is Role.VILLAGE_OFFICER:
        return staff.village == village
    return staff.may(Permission.MANAGE_SETTINGS)
