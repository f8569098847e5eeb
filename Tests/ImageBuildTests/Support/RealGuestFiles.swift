import Provisioning

/// What guests of the tool itself run.
let realGuestFiles = Provisioning.all
