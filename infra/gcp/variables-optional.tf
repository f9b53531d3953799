variable "shoot_projects" {
  description = "IDs of the GCP projects that shoots live in; empty: the project itself. Whoever applies this needs to be allowed to make roles there."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.shoot_projects : can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", id))])
    error_message = "shoot_projects must be IDs of projects."
  }
}

variable "firestore_location" {
  description = "Location of Firestore, which can never be changed: a region, or a multi-region such as eur3 or nam5. Null: the functions' region."
  type        = string
  default     = null

  validation {
    condition     = var.firestore_location == null || can(regex("^[a-z0-9-]{4,40}$", var.firestore_location))
    error_message = "firestore_location must be one of Firestore's locations."
  }
}

variable "most_migrations_at_once" {
  # A new project may have 20 CPUs and 40 GiB in a region, and Cloud Run refuses a service that could take more than that
  # (CpuAllocPerProjectRegion, MemAllocPerProjectRegion: Cloud Run's quotas).
  description = "Instances of each step's function, and so migrations that a step works on at the same time; each takes a CPU of Cloud Run's quota in the region. More of them wait, but no more than some 40 minutes: then their messages become dead letters, and they are blocked until published again."
  type        = number
  default     = 20
  nullable    = false

  validation {
    condition     = var.most_migrations_at_once >= 1 && var.most_migrations_at_once <= 100 && floor(var.most_migrations_at_once) == var.most_migrations_at_once
    error_message = "most_migrations_at_once must be a whole number from 1 to 100."
  }
}

variable "run_seconds" {
  description = "How long a run of a step goes on before it hands over to the next (RUN_SECONDS)."
  type        = number
  default     = 200
  nullable    = false

  validation {
    # MOST_RUN_SECONDS in shared/runtime/settings.ts: with what may still be under way then, below the functions' 540 s.
    condition     = var.run_seconds > 0 && var.run_seconds <= 440
    error_message = "run_seconds must be more than 0 and at most 440."
  }
}

variable "lease_seconds" {
  description = "How long a run that died keeps its migration from the next one (LEASE_SECONDS)."
  type        = number
  default     = 90
  nullable    = false

  validation {
    condition     = var.lease_seconds >= 30 && var.lease_seconds <= 86400
    error_message = "lease_seconds must be from 30 to 86400."
  }
}

variable "log_level" {
  description = "What the functions log (LOG_LEVEL). The alerts need warn; the alert on missing ticks, and the dashboard, need info."
  type        = string
  default     = "info"
  nullable    = false

  validation {
    condition     = contains(["debug", "info", "warn"], var.log_level)
    error_message = "log_level must be debug, info or warn."
  }
}

variable "probe_image" {
  description = "Image with busybox that the probe pods in shoots run (PROBE_IMAGE). Their nodes must be able to pull it."
  type        = string
  default     = "registry.k8s.io/e2e-test-images/busybox:1.36.1-1"
  nullable    = false

  validation {
    condition     = can(regex("^[^\\s:]+(:[0-9]+)?/[^\\s]+$", var.probe_image))
    error_message = "probe_image must be an image with its registry."
  }
}

variable "watch_schedule" {
  description = "When watch-shoots looks for changed Shoots, as a cron line in UTC."
  type        = string
  default     = "* * * * *"
  nullable    = false

  validation {
    condition     = length(split(" ", var.watch_schedule)) == 5
    error_message = "watch_schedule must have the five fields of a cron line."
  }
}

variable "scheduler_region" {
  description = "Region of Cloud Scheduler's jobs, which is not in all regions that functions are in. Null: the functions' region."
  type        = string
  default     = null

  validation {
    condition     = var.scheduler_region == null || can(regex("^[a-z]+-[a-z]+[0-9]+$", var.scheduler_region))
    error_message = "scheduler_region must be a region such as europe-west1."
  }
}

variable "existing_subnetwork" {
  description = "Network and subnet (both as projects/…) that the functions call out from; in another project (Shared VPC) Cloud Run's own account needs roles/compute.networkUser on the subnet. Null: a network of their own with one address to the outside."
  type = object({
    network    = string
    subnetwork = string
  })
  default = null

  validation {
    condition     = var.existing_subnetwork == null || can(regex("^projects/[^/]+/regions/[^/]+/subnetworks/[^/]+$", var.existing_subnetwork.subnetwork))
    error_message = "existing_subnetwork.subnetwork must be projects/<project>/regions/<region>/subnetworks/<name>."
  }
}

variable "egress_range" {
  description = "IPv4 range of the functions' own subnet. Cloud Run takes about twice as many addresses as there are instances."
  type        = string
  default     = "10.255.240.0/22"
  nullable    = false

  validation {
    condition     = try(cidrhost(var.egress_range, 0) != "" && tonumber(split("/", var.egress_range)[1]) <= 24, false)
    error_message = "egress_range must be an IPv4 range of at least a /24."
  }

  validation {
    # Eight functions of steps, and the others' few instances.
    condition     = var.existing_subnetwork != null || try(pow(2, 32 - tonumber(split("/", var.egress_range)[1])) >= 16 * var.most_migrations_at_once + 64, true)
    error_message = "egress_range must have 16 addresses for each of most_migrations_at_once, and 64 more."
  }
}

variable "api_server_ports" {
  description = "TCP ports that the functions may call. Gardener's API servers, and Google's APIs, are on 443."
  type        = list(string)
  default     = ["443"]
  nullable    = false

  validation {
    condition     = contains(var.api_server_ports, "443")
    error_message = "api_server_ports must contain 443: Firestore, Pub/Sub and Compute Engine are called there."
  }
}

variable "alert_emails" {
  description = "Addresses that alerts are sent to."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for address in var.alert_emails : can(regex("^[^@\\s]+@[^@\\s]+$", address))])
    error_message = "alert_emails must be mail addresses."
  }
}

variable "notification_channels" {
  description = "Further notification channels of Cloud Monitoring, as projects/<project>/notificationChannels/<number>."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for channel in var.notification_channels : can(regex("^projects/[^/]+/notificationChannels/[0-9]+$", channel))])
    error_message = "notification_channels must be projects/<project>/notificationChannels/<number>."
  }
}

variable "repository" {
  description = "Cloud Build's connection to the repository (projects/…/locations/…/connections/…/repositories/…), for tests and rollouts on every push. Null: none."
  type        = string
  default     = null

  validation {
    condition     = var.repository == null || can(regex("^projects/[^/]+/locations/[^/]+/connections/[^/]+/repositories/[^/]+$", var.repository))
    error_message = "repository must be projects/<project>/locations/<region>/connections/<name>/repositories/<name>."
  }
}

variable "state_bucket" {
  description = "Bucket with Terraform's state, for Cloud Build; the same that `init` was given."
  type        = string
  default     = null

  validation {
    condition     = var.state_bucket != null || var.repository == null
    error_message = "state_bucket is needed where there is a repository."
  }
}
