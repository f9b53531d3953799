# Who may see and who may act over HTTP, and by which way. By default nobody: then the functions status and operate take no calls from
# outside, and operators look into Firestore and publish.

variable "status_invokers" {
  description = "Who may see: the status page, its API, the command line. IAM members such as group:on-call@example.com. Empty: nobody."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for member in var.status_invokers : can(regex("^(user|group|serviceAccount|principal|principalSet):", member))])
    error_message = "status_invokers must be users, groups, service accounts or principals, each with its prefix; never allUsers or a whole domain."
  }
}

variable "operate_invokers" {
  description = "Who may act over HTTP: pause, resume, abort, retry. To see they have to be among status_invokers too. Empty: nobody; operators may publish all the same."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for member in var.operate_invokers : can(regex("^(user|group|serviceAccount|principal|principalSet):", member))])
    error_message = "operate_invokers must be users, groups, service accounts or principals, each with its prefix; never allUsers or a whole domain."
  }
}

variable "operators_domain" {
  description = "Domain of the page behind Identity-Aware Proxy, e.g. dualstack.example.com, where those above sign in with a browser. Its A and AAAA records have to have the addresses of the output `page`. Null: no load balancer, no proxy."
  type        = string
  default     = null

  validation {
    condition     = var.operators_domain == null || can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}$", var.operators_domain))
    error_message = "operators_domain must be a domain in lower case, without https:// and without a path."
  }
}

variable "direct_calls" {
  description = "Whether those above may also call the functions' own addresses (output `addresses`) with ID tokens, as the command line and programs do. False only beside operators_domain: then Identity-Aware Proxy is the one way in."
  type        = bool
  default     = true
  nullable    = false

  validation {
    condition     = var.direct_calls || var.operators_domain != null
    error_message = "direct_calls can be false only beside operators_domain: else there would be no way in."
  }
}
